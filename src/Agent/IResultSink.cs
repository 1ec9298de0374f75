namespace EdgeKit.Agent;

/// <summary>What became of results that were to be sent.</summary>
/// <param name="Sent">Those that were taken by whom they went to.</param>
/// <param name="Dropped">Those that there was no room or no time for, the oldest first.</param>
/// <param name="Refused">Those that the other side will not have.</param>
/// <param name="Failures">Attempts that failed; what they were to send was tried again.</param>
internal readonly record struct SinkCounts(long Sent, long Dropped, long Refused, long Failures);

/// <summary>Where results are sent. The thread of the models puts them in, waits for nobody and allocates nothing.</summary>
internal interface IResultSink : IDisposable
{
    /// <summary>What messages and metrics call it.</summary>
    string Name { get; }

    /// <summary>What became of the results so far.</summary>
    SinkCounts Counts { get; }

    /// <summary>Takes a copy of a result.</summary>
    /// <param name="json">An object of JSON.</param>
    void Put(ReadOnlySpan<byte> json);

    /// <summary>No more results come; what waits has a moment to be sent. Does not wait for that.</summary>
    void End();

    /// <summary>Waits until what can be sent is, or the moment is over.</summary>
    void Finish();
}
