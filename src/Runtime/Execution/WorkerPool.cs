using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// The threads of one session. The caller and the workers share an operator's units (<see cref="WorkShares"/>); an operator that costs little is left to fewer threads or to
/// the caller alone. Between operators the workers spin for a moment, then sleep. A run allocates nothing.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>
    /// What each thread beyond the first must have to do (<see cref="OperatorWork.Cost"/>): some two microseconds, twice what handing over and coming back takes.
    /// </summary>
    private const long CostPerThread = 100_000;

    /// <summary>How long workers spin before they sleep: longer than most operators that the caller does alone, shorter than the time between two pictures.</summary>
    private const double SpinMicroseconds = 100;

    /// <summary>Pauses between two looks at the clock.</summary>
    private const int PausesPerLook = 16;

    private readonly object _gate = new();
    private readonly WorkShares _shares;
    private readonly Thread[] _workers;
    private readonly GCHandle _self;
    private ExecutionState* _state;
    private int _operator;
    private int _participants;
    private int _generation;
    private int _done;
    private int _sleeping;
    private bool _stop;

    /// <summary>Starts the workers.</summary>
    /// <param name="placement">The threads, the caller's first.</param>
    public WorkerPool(ThreadPlacement placement)
    {
        _self = GCHandle.Alloc(this);
        _shares = new WorkShares(placement.Capacities);
        Limit = _shares.Count;
        _workers = new Thread[_shares.Count - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int share = i + 1;
            _workers[i] = new Thread(() => Work(share, placement.Cores[share])) { IsBackground = true, Name = $"EdgeKit worker {share}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that may work, the caller's included. Not to be changed during a run.</summary>
    public int Limit { get; set; }

    /// <summary>For <see cref="ExecutionState.Parallel"/>.</summary>
    public static delegate*<void*, ExecutionState*, int, void> Parallel => &Run;

    /// <summary>For <see cref="ExecutionState.ParallelContext"/>; valid until <see cref="Dispose"/>.</summary>
    public void* Context => (void*)GCHandle.ToIntPtr(_self);

    /// <summary>Ends the workers and waits for them. No run may be under way.</summary>
    public void Dispose()
    {
        if (_stop) return;
        _stop = true;
        Release(_generation + 1);
        foreach (Thread worker in _workers) worker.Join();
        _shares.Dispose();
        _self.Free();
    }

    private static void Run(void* context, ExecutionState* state, int index)
    {
        var pool = (WorkerPool)GCHandle.FromIntPtr((nint)context).Target!;
        OperatorState* op = state->States + index;
        int threads = (int)long.Min(int.Min(pool.Limit, op->Units), 1 + op->Cost / CostPerThread);
        if (threads < 2) OperatorTable.Run(state, index, 0, op->Units);
        else pool.Run(state, index, op->Units, threads);
    }

    private void Run(ExecutionState* state, int index, int units, int threads)
    {
        _state = state;
        _operator = index;
        _participants = threads;
        _done = 0;
        int generation = _generation + 1;
        _shares.Deal(units, threads, generation);
        Release(generation);
        Help(0, generation);
        long yieldAt = 0;
        for (int i = 1; Volatile.Read(ref _done) != units; i++)
        {
            Thread.SpinWait(1);
            if (i % PausesPerLook != 0) continue;
            long now = Stopwatch.GetTimestamp();
            if (yieldAt == 0) yieldAt = now + SpinTicks;
            // A worker has been stopped in the middle of its piece; this core may be the one that it waits for.
            if (now > yieldAt) Thread.Yield();
        }
    }

    private static long SpinTicks => (long)(SpinMicroseconds * Stopwatch.Frequency / 1e6);

    /// <summary>Lets the workers go.</summary>
    private void Release(int generation)
    {
        // A full fence: a worker that is not counted as sleeping yet will see the new generation before it sleeps.
        Interlocked.Exchange(ref _generation, generation);
        if (Volatile.Read(ref _sleeping) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void Work(int share, IReadOnlyList<int> cores)
    {
        if (cores.Count > 0) ThreadAffinity.Set(cores);
        int seen = 0;
        while (true)
        {
            seen = Await(seen);
            if (_stop) return;
            if (share < Volatile.Read(ref _participants)) Help(share, seen);
        }
    }

    /// <summary>Waits for a generation other than <paramref name="seen"/>.</summary>
    private int Await(int seen)
    {
        int now;
        long sleepAt = Stopwatch.GetTimestamp() + SpinTicks;
        for (int i = 1; i % PausesPerLook != 0 || Stopwatch.GetTimestamp() < sleepAt; i++)
        {
            if ((now = Volatile.Read(ref _generation)) != seen) return now;
            Thread.SpinWait(1);
        }
        lock (_gate)
        {
            Interlocked.Increment(ref _sleeping);
            while ((now = Volatile.Read(ref _generation)) == seen) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _sleeping);
        }
        return now;
    }

    /// <summary>Does units of one generation, of the own range first, until none is left.</summary>
    private void Help(int share, int generation)
    {
        int done = 0;
        for (int i = 0; i < _shares.Count; i++)
        {
            int range = (share + i) % _shares.Count;
            while (_shares.Take(range, generation, out int begin, out int end))
            {
                OperatorTable.Run(_state, _operator, begin, end);
                done += end - begin;
            }
        }
        if (done > 0) Interlocked.Add(ref _done, done);
    }
}
