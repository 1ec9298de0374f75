using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// The threads of one session. An operator's units are split in equal ranges, the first of which the caller works on itself. Between operators the workers spin
/// for a moment, then sleep; a run allocates nothing.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>Rounds of eight pauses, in all some 50 microseconds: longer than the gap between two operators, shorter than one between two pictures.</summary>
    private const int SpinRounds = 500;

    private readonly object _gate = new();
    private readonly Thread[] _workers;
    private readonly GCHandle _self;
    private ExecutionState* _state;
    private int _operator;
    private int _generation;
    private int _working;
    private int _sleeping;
    private bool _stop;

    /// <summary>Starts the workers for <paramref name="threads"/> threads, the caller's included.</summary>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _self = GCHandle.Alloc(this);
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int share = i + 1;
            _workers[i] = new Thread(() => Work(share)) { IsBackground = true, Name = $"EdgeKit worker {share}" };
            _workers[i].Start();
        }
    }

    /// <summary>For <see cref="ExecutionState.Parallel"/>.</summary>
    public static delegate*<void*, ExecutionState*, int, void> Parallel => &Run;

    /// <summary>For <see cref="ExecutionState.ParallelContext"/>; valid until <see cref="Dispose"/>.</summary>
    public void* Context => (void*)GCHandle.ToIntPtr(_self);

    /// <summary>Ends the workers and waits for them. No run may be under way.</summary>
    public void Dispose()
    {
        if (_stop) return;
        _stop = true;
        Release();
        foreach (Thread worker in _workers) worker.Join();
        _self.Free();
    }

    private static void Run(void* context, ExecutionState* state, int index)
    {
        var pool = (WorkerPool)GCHandle.FromIntPtr((nint)context).Target!;
        pool._state = state;
        pool._operator = index;
        pool._working = pool._workers.Length;
        pool.Release();
        pool.RunShare(0);
        var spin = new SpinWait();
        while (Volatile.Read(ref pool._working) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Lets every worker go once.</summary>
    private void Release()
    {
        // A full fence: a worker that is not counted as sleeping yet will see the new generation before it sleeps.
        Interlocked.Increment(ref _generation);
        if (Volatile.Read(ref _sleeping) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void Work(int share)
    {
        for (int seen = 0; ; seen++)
        {
            Await(seen);
            if (_stop) return;
            RunShare(share);
            Interlocked.Decrement(ref _working);
        }
    }

    private void Await(int seen)
    {
        for (int i = 0; i < SpinRounds; i++)
        {
            if (Volatile.Read(ref _generation) != seen) return;
            Thread.SpinWait(8);
        }
        lock (_gate)
        {
            Interlocked.Increment(ref _sleeping);
            while (Volatile.Read(ref _generation) == seen) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _sleeping);
        }
    }

    private void RunShare(int share)
    {
        long units = _state->States[_operator].Units;
        int threads = _workers.Length + 1;
        OperatorTable.Run(_state, _operator, (int)(units * share / threads), (int)(units * (share + 1) / threads));
    }
}
