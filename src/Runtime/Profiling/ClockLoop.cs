using System.Runtime.CompilerServices;

namespace EdgeKit.Runtime.Profiling;

/// <summary>Work whose time tells a core's clock: it touches registers only.</summary>
internal static class ClockLoop
{
    /// <summary>Additions in a round.</summary>
    public const int AddsPerRound = 8;

    /// <summary>Additions each of which needs the one before: one a cycle on every CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static long Run(int rounds)
    {
        long a = 1, b = 1;
        for (int i = 0; i < rounds; i++)
        {
            a += b;
            b += a;
            a += b;
            b += a;
            a += b;
            b += a;
            a += b;
            b += a;
        }
        return a;
    }
}
