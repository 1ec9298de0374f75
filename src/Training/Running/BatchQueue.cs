namespace EdgeKit.Training.Running;

/// <summary>
/// Prepares batches on other threads while earlier ones are trained on. A batch is a function of its step alone, so neither the number of threads nor where a
/// training goes on changes any.
/// </summary>
/// <typeparam name="T">A batch.</typeparam>
internal sealed class BatchQueue<T>
{
    private readonly Queue<Task<T>> _ahead = new();
    private readonly Func<long, T> _prepare;
    private readonly long _end;
    private readonly int _depth;
    private long _next;

    /// <param name="prepare">Makes the batch of a step; called from several threads at once where <paramref name="depth"/> is over 1.</param>
    /// <param name="start">The first step.</param>
    /// <param name="end">Behind the last step.</param>
    /// <param name="depth">Batches that are prepared ahead; 0 to prepare each when it is asked for.</param>
    public BatchQueue(Func<long, T> prepare, long start, long end, int depth)
    {
        _prepare = prepare;
        _next = start;
        _end = end;
        _depth = depth;
    }

    /// <summary>The batch of the next step.</summary>
    public T Take()
    {
        if (_depth == 0) return _prepare(_next++);
        while (_ahead.Count <= _depth && _next < _end)
        {
            long step = _next++;
            _ahead.Enqueue(Task.Run(() => _prepare(step)));
        }
        return _ahead.Dequeue().GetAwaiter().GetResult();
    }
}
