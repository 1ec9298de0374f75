using System.Diagnostics;
using EdgeKit.Devices;

namespace EdgeKit.Agent.Sending;

/// <summary>
/// Sends results in batches, on a thread of low priority. Where that fails, it is tried again after half a second, and after twice as long each time up to a minute, each time as much as half
/// of that sooner or later, so that boards that lost their server together do not come back together. Meanwhile the newest results wait and older ones are dropped.
/// </summary>
internal sealed class ResultSender : IResultSink
{
    /// <summary>Most results that wait.</summary>
    public const int Capacity = 1024;

    /// <summary>Most results of a batch.</summary>
    public const int MostInBatch = 64;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(0.7);

    // For a way that does not notice at once that it is to end: it must not hold the program's end up.
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(0.5);

    private readonly IResultTransport _transport;
    private readonly Action<string> _tell;
    private readonly Func<TimeSpan, CancellationToken, bool> _wait;
    private readonly Random _random;
    private readonly TimeSpan _linger;
    private readonly int _capacity;
    private readonly ResultQueue _queue;
    private readonly ResultBatch _batch = new(MostInBatch);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Thread _thread;
    private bool _isEnded;
    private long _endedAt;
    private bool _isFailing;
    private long _sent;
    private long _lost;
    private long _refused;
    private long _failures;

    /// <summary>Starts.</summary>
    /// <param name="transport">The way; disposed with this.</param>
    /// <param name="tell">Gets a line when sending fails, and when it works again.</param>
    public ResultSender(IResultTransport transport, Action<string> tell)
        : this(transport, tell, Capacity, Linger, static (time, cancel) => cancel.WaitHandle.WaitOne(time), Environment.ProcessId)
    {
    }

    internal ResultSender(IResultTransport transport, Action<string> tell, int capacity, TimeSpan linger, Func<TimeSpan, CancellationToken, bool> wait, int seed)
    {
        (_transport, _tell, _linger, _wait, _random) = (transport, tell, linger, wait, new Random(seed));
        (_capacity, _queue) = (capacity, new ResultQueue(capacity));
        _thread = LowPriority.Start(transport.Name, Run);
    }

    public string Name => _transport.Name;

    public SinkCounts Counts => new(Volatile.Read(ref _sent), _queue.Dropped + Volatile.Read(ref _lost), Volatile.Read(ref _refused), Volatile.Read(ref _failures));

    public void Put(ReadOnlySpan<byte> json) => _queue.Put(json);

    public void End()
    {
        if (_isEnded) return;
        _isEnded = true;
        _endedAt = Stopwatch.GetTimestamp();
        _queue.Close();
        _end.Cancel();
    }

    public void Finish()
    {
        TimeSpan left = EndPatience - Stopwatch.GetElapsedTime(_endedAt);
        if (_thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero)) return;
        _abort.Cancel();
        _thread.Join(AbortPatience);
    }

    public void Dispose()
    {
        End();
        Finish();
        if (_thread.IsAlive) return;
        _transport.Dispose();
        _end.Dispose();
        _abort.Dispose();
    }

    private void Run()
    {
        while (_queue.Take(_batch, _linger)) SendBatch();
    }

    private void SendBatch()
    {
        for (TimeSpan wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            bool isLast = _end.IsCancellationRequested;
            try
            {
                _transport.Send(_batch, Counts.Dropped, _abort.Token).GetAwaiter().GetResult();
                Volatile.Write(ref _sent, _sent + _batch.Count);
                if (_isFailing) _tell($"{Name}: works again");
                _isFailing = false;
                return;
            }
            catch (RefusedException e)
            {
                Volatile.Write(ref _refused, _refused + _batch.Count);
                Fail($"{e.Message}; what is refused is not sent again");
                return;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                Volatile.Write(ref _failures, _failures + 1);
                if (!isLast) Fail($"{e.Message}; the newest {_capacity} results wait");
            }
            if (isLast || _abort.IsCancellationRequested)
            {
                // There was one more attempt after the end.
                Volatile.Write(ref _lost, _lost + _batch.Count);
                _queue.Clear();
                return;
            }
            _ = _wait(wait * (0.5 + _random.NextDouble()), _end.Token);
        }
    }

    private void Fail(string what)
    {
        if (!_isFailing) _tell($"{Name}: {what}");
        _isFailing = true;
    }
}
