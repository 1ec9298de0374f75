using System.Text;
using EdgeKit.Agent.Sending;

namespace EdgeKit.Tests.Agent.Sending;

/// <summary>A way whose other side does as it is told: each attempt is answered by the next of the answers, and after the last by success.</summary>
internal sealed class FakeTransport(params Exception?[] answers) : IResultTransport
{
    private int _attempts;

    public string Name => "fake";

    public List<string[]> Taken { get; } = [];

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Held until it is set.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set with each attempt.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    public bool IsDisposed { get; private set; }

    public Task Send(ResultBatch batch, long dropped, CancellationToken cancel)
    {
        int attempt = Interlocked.Increment(ref _attempts) - 1;
        Begun.Release();
        Gate.Wait(cancel);
        if (attempt < answers.Length && answers[attempt] is { } failure) throw failure;
        lock (Taken) Taken.Add([.. Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i]))]);
        return Task.CompletedTask;
    }

    public void Dispose() => IsDisposed = true;
}
