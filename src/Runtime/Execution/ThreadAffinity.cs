using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Execution;

/// <summary>Which processor cores a thread may run on. Linux only; elsewhere nothing is known and nothing is done.</summary>
public static unsafe partial class ThreadAffinity
{
    private const int CallingThread = 0;
    private const int MaskWords = 16;
    private const int WordBits = 64;

    /// <summary>Highest number of a core that can be named, plus one.</summary>
    public const int MaxCores = MaskWords * WordBits;

    /// <summary>Keeps the calling thread on the given cores.</summary>
    /// <returns>Whether the system did it.</returns>
    public static bool Set(IEnumerable<int> cores)
    {
        if (!OperatingSystem.IsLinux()) return false;
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (int core in cores)
        {
            if ((uint)core >= MaxCores) return false;
            mask[core / WordBits] |= 1UL << (core % WordBits);
        }
        return SetAffinity(CallingThread, MaskWords * sizeof(ulong), mask) == 0;
    }

    /// <summary>The cores that the calling thread may run on, ascending.</summary>
    public static int[] Get()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (!OperatingSystem.IsLinux() || GetAffinity(CallingThread, MaskWords * sizeof(ulong), mask) < 0)
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        var cores = new List<int>();
        for (int core = 0; core < MaxCores; core++)
        {
            if ((mask[core / WordBits] >> (core % WordBits) & 1) != 0) cores.Add(core);
        }
        return [.. cores];
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);
}
