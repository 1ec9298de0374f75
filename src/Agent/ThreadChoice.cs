using EdgeKit.Runtime.Execution;

namespace EdgeKit.Agent;

/// <summary><c>--threads N|auto</c> and <c>--cores LIST</c>.</summary>
/// <param name="Threads">Threads of an inference, or <see cref="SessionOptions.AutoThreads"/>.</param>
/// <param name="Cores">Cores of the threads; null for the system to place them.</param>
internal sealed record ThreadChoice(int Threads, int[]? Cores)
{
    /// <summary>Loads a model; with chosen cores, this thread moves to the first of them.</summary>
    public Session Load(string path)
    {
        Session session = Session.Load(path, new SessionOptions { Threads = Threads, Cores = Cores });
        // After the session's threads are made: they start with the cores of the one that makes them.
        if (Cores is not null) ThreadAffinity.Set([Cores[0]]);
        return session;
    }
}
