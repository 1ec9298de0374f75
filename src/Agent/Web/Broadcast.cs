using System.Buffers;

namespace EdgeKit.Agent.Web;

/// <summary>What is handed to all who wait for it.</summary>
internal sealed class Publication
{
    /// <summary>Its number, from 1.</summary>
    public long Number { get; set; }

    /// <summary>What it holds.</summary>
    public ArrayBufferWriter<byte> Content { get; } = new();

    /// <summary>How many are reading it.</summary>
    public int Readers { get; set; }
}

/// <summary>
/// The newest publication for any number of readers: who is slow finds the newest when it is ready and misses those between. Memory is used again when nobody reads it any more, so
/// there are never more than two publications and one for each reader.
/// </summary>
internal sealed class Broadcast
{
    private readonly object _gate = new();
    private readonly List<Publication> _all = [];
    private Publication? _newest;
    private TaskCompletionSource _next = NewSource();

    /// <summary>The number of the newest publication; 0 before the first.</summary>
    public long Newest
    {
        get
        {
            lock (_gate) return _newest?.Number ?? 0;
        }
    }

    /// <summary>How many publications there are in memory.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _all.Count;
        }
    }

    /// <summary>An empty publication to be filled.</summary>
    public Publication Draft()
    {
        lock (_gate)
        {
            foreach (Publication publication in _all)
            {
                if (publication.Readers > 0 || publication == _newest) continue;
                publication.Content.ResetWrittenCount();
                return publication;
            }
            _all.Add(new Publication());
            return _all[^1];
        }
    }

    /// <summary>Hands it out.</summary>
    /// <param name="publication">A draft.</param>
    public void Publish(Publication publication)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            publication.Number = (_newest?.Number ?? 0) + 1;
            _newest = publication;
            waiting = _next;
            _next = NewSource();
        }
        waiting.SetResult();
    }

    /// <summary>Waits for a publication.</summary>
    /// <param name="after">The number of one that is older.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The newest, to be given back.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task<Publication> Next(long after, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_newest is { } newest && newest.Number > after)
                {
                    newest.Readers++;
                    return newest;
                }
                next = _next.Task;
            }
            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a publication back.</summary>
    public void Return(Publication publication)
    {
        lock (_gate) publication.Readers--;
    }

    // A reader must not run on the thread that publishes.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
