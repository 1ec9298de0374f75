using System.Diagnostics;
using EdgeKit.Cli.Models;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Profiling;

/// <summary>Runs a model with the profiler on.</summary>
internal static class Profiler
{
    private const int MinRuns = 10;
    private const int MaxRuns = 2000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>Profiles a model on noise.</summary>
    /// <param name="model">The model.</param>
    /// <param name="runs">How many runs; null for as many as fit in two seconds.</param>
    /// <param name="cores">Cores of the threads, of which the first is this thread's; null to leave it where it is.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    public static ProfileReport Run(EkmModel model, int? runs, IReadOnlyList<int>? cores, Terminal terminal)
    {
        using var runner = new EkmRunner(model.OpenSession());
        Session session = runner.Session;
        if (cores is { Count: > 0 }) ThreadAffinity.Set([cores[0]]);
        model.FeedNoise(runner);
        long start = Stopwatch.GetTimestamp();
        int warm = 0;
        do session.Run();
        while (++warm > 0 && Stopwatch.GetElapsedTime(start) < WarmUp);
        int count = runs ?? (int)Math.Clamp(Length / Stopwatch.GetElapsedTime(start) * warm, MinRuns, MaxRuns);
        session.StartProfiling(count);
        using (var progress = new Progress(terminal, "profiling", count))
        {
            for (int i = 0; i < count; i++)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                session.Run();
                progress.Report(i + 1);
            }
        }
        OperatorTimes times = session.StopProfiling();
        return ProfileReport.Of(model.Path, session, times, Roofline.Measure(session.ArenaBytes + session.PackedBytes));
    }
}
