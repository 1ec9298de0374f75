using System.Diagnostics;

namespace EdgeKit.Runtime.Execution;

/// <summary>Chooses a number of threads by measuring.</summary>
internal static class ThreadTuning
{
    /// <summary>A smaller number of threads is preferred unless more are faster by more than this.</summary>
    public const double Tolerance = 0.03;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>Most rounds: enough for a median.</summary>
    private const int MaxRounds = 200;

    /// <summary>Measures all numbers of threads in turn for about a second, at least twice each, and chooses by their medians.</summary>
    /// <param name="most">Highest number of threads.</param>
    /// <param name="run">Runs an inference on so many threads.</param>
    public static int Choose(int most, Action<int> run)
    {
        if (most < 2) return 1;
        var times = new List<long>[most];
        for (int i = 0; i < most; i++) times[i] = [];
        for (int threads = 1; threads <= most; threads++) run(threads);
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < MaxRounds && (round < 2 || Stopwatch.GetElapsedTime(start) < Length); round++)
        {
            for (int threads = 1; threads <= most; threads++)
            {
                // The first run of each turn finds the other cores' caches as the turn before left them.
                run(threads);
                long from = Stopwatch.GetTimestamp();
                run(threads);
                times[threads - 1].Add(Stopwatch.GetTimestamp() - from);
            }
        }
        return Fewest([.. times.Select(static t => (double)t.Order()[t.Count / 2])]);
    }

    /// <summary>The fewest threads whose time is within <see cref="Tolerance"/> of the shortest.</summary>
    /// <param name="times">The time with 1, 2, ... threads.</param>
    public static int Fewest(IReadOnlyList<double> times)
    {
        double limit = times.Min() * (1 + Tolerance);
        for (int i = 0; ; i++)
        {
            if (times[i] <= limit) return i + 1;
        }
    }
}
