namespace EdgeKit.Agent.Sending;

/// <summary>The way results are sent. Serves one thread at a time.</summary>
internal interface IResultTransport : IDisposable
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Sends a batch. Where this fails the batch is sent again, so that the other side may get results twice.</summary>
    /// <param name="batch">The results.</param>
    /// <param name="dropped">How many results were dropped so far.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="RefusedException">The other side does not want this batch; sending it again is no use.</exception>
    /// <exception cref="IOException">It did not work this time; the message has no secrets.</exception>
    Task Send(ResultBatch batch, long dropped, CancellationToken cancel);
}

/// <summary>The other side does not want what was sent.</summary>
internal sealed class RefusedException(string message) : Exception(message);
