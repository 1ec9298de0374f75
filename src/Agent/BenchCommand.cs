using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent bench</c>: latency and memory of a model on this machine.</summary>
internal static class BenchCommand
{
    private const int LayerRuns = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json", "--per-layer"], ["--threads", "--cores", "--runs"]);
        if (arguments.Rest.Count != 1) throw new UsageException("bench takes one model: edgekit-agent bench MODEL.ekm");
        int? runs = arguments.Number("--runs", 1, int.MaxValue);
        using Session session = arguments.Threads().Load(arguments.Rest[0]);
        Noise.Fill(session);
        Checksums checksums = Checksums.Of(session);
        var report = new BenchReport
        {
            Machine = Machine.Collect(),
            Model = arguments.Rest[0],
            Session = session,
            Times = Measure(session, runs, cancel),
            ResidentBytes = Environment.WorkingSet,
            Checksums = checksums,
            Layers = arguments.Has("--per-layer") ? TimeLayers(session, cancel) : null,
        };
        output.WriteLine(arguments.Has("--json") ? JsonText.Of(report.WriteJson) : report.ToText());
    }

    private static Latencies Measure(Session session, int? runs, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        do RunOnce();
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
        var times = new List<double>();
        start = Stopwatch.GetTimestamp();
        do times.Add(RunOnce());
        while (runs is { } count ? times.Count < count : Stopwatch.GetElapsedTime(start) < Length);
        return new Latencies(times);

        double RunOnce()
        {
            cancel.ThrowIfCancellationRequested();
            long from = Stopwatch.GetTimestamp();
            session.Run();
            return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        }
    }

    private static LayerTime[] TimeLayers(Session session, CancellationToken cancel)
    {
        session.StartProfiling(LayerRuns);
        for (int i = 0; i < LayerRuns; i++)
        {
            cancel.ThrowIfCancellationRequested();
            session.Run();
        }
        return LayerTime.Of(session, session.StopProfiling());
    }
}
