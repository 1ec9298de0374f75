namespace EdgeKit.Runtime.Execution;

/// <summary>Where the threads of a session run. The caller's thread is the first; it is never moved, since it is not the session's.</summary>
/// <param name="Cores">For each thread the cores that it is kept on; none for those that the system places.</param>
/// <param name="Capacities">For each thread what its core can do, in one unit.</param>
internal sealed record ThreadPlacement(IReadOnlyList<int>[] Cores, int[] Capacities)
{
    /// <summary>Threads that the system places, on cores that are equal.</summary>
    public static ThreadPlacement Anywhere(int threads) => new([.. Enumerable.Repeat<IReadOnlyList<int>>([], threads)], [.. Enumerable.Repeat(1, threads)]);

    /// <summary>The placement on this machine.</summary>
    public static ThreadPlacement Of(int threads, IReadOnlyList<int>? chosen) => Of(threads, chosen, chosen is { Count: > 0 } ? CoreTopology.Read(chosen) : CoreTopology.Read());

    /// <summary>
    /// Chosen cores are taken one a thread, in their order and over again when there are fewer. Else, of unequal cores, the big ones hold as many threads as there are big
    /// cores, wherever among them the system likes; with more threads than that each gets a core, the strongest first.
    /// </summary>
    public static ThreadPlacement Of(int threads, IReadOnlyList<int>? chosen, CoreTopology topology)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (chosen is { Count: > 0 }) return OneEach(threads, chosen, topology);
        if (!topology.IsUnequal) return Anywhere(threads);
        int[] big = [.. topology.Big];
        if (threads > big.Length) return OneEach(threads, [.. topology.Cores.Select(static c => c.Core)], topology);
        return Anywhere(threads) with { Cores = [.. Enumerable.Repeat<IReadOnlyList<int>>(big, threads)] };
    }

    private static ThreadPlacement OneEach(int threads, IReadOnlyList<int> cores, CoreTopology topology)
    {
        int[] own = [.. Enumerable.Range(0, threads).Select(i => cores[i % cores.Count])];
        return new([.. own.Select(static core => (IReadOnlyList<int>)[core])], [.. own.Select(core => topology.Cores.Where(c => c.Core == core).Select(static c => c.Capacity).FirstOrDefault(1))]);
    }
}
