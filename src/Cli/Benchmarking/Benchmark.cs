using System.Diagnostics;
using EdgeKit.Cli.Models;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>How long to measure.</summary>
/// <param name="Runs">Runs of each pair; null to go by time.</param>
/// <param name="Seconds">Seconds of each pair.</param>
/// <param name="PerLayer">Whether to time operators too.</param>
internal sealed record BenchLength(int? Runs, double Seconds, bool PerLayer);

/// <summary>
/// Measures pairs of model and backend interleaved: they take turns of a few runs each, so that a machine that slows down slows all of them down.
/// </summary>
internal static class Benchmark
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures every model. Inputs are seeded noise.</summary>
    /// <param name="models">Functions that load a model, in the order of the results.</param>
    /// <param name="length">How long.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    /// <param name="cores">Cores of EdgeKit's threads, of which the first is this thread's; null to leave it where it is.</param>
    public static BenchReport Run(IReadOnlyList<Func<(RunnableModel Model, RunRequest Request)>> models, BenchLength length, Terminal terminal, IReadOnlyList<int>? cores = null)
    {
        var pairs = new List<Pair>();
        try
        {
            foreach (Func<(RunnableModel, RunRequest)> load in models) pairs.Add(Prepare(load));
            // Last: threads start with the cores of the one that makes them.
            if (cores is { Count: > 0 }) ThreadAffinity.Set([cores[0]]);
            Measure(pairs, length, terminal);
            return new BenchReport
            {
                Environment = MachineInfo.Collect(pairs.Select(static p => p.Model).OfType<OrtModel>().FirstOrDefault()?.Library),
                Results = [.. pairs.Select(p => p.Result(length))],
            };
        }
        finally
        {
            foreach (Pair pair in pairs) pair.Dispose();
        }
    }

    private static Pair Prepare(Func<(RunnableModel Model, RunRequest Request)> load)
    {
        long before = ResidentMemory.Now();
        (RunnableModel model, RunRequest request) = load();
        var pair = new Pair(model, request);
        model.FeedNoise(pair.Runner);
        long start = Stopwatch.GetTimestamp();
        do pair.Runner.Run();
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
        pair.MemoryGrowth = Math.Max(0, ResidentMemory.Now() - before);
        return pair;
    }

    private static void Measure(List<Pair> pairs, BenchLength length, Terminal terminal)
    {
        using var progress = new Progress(terminal, "measuring");
        while (pairs.Exists(p => !p.IsDone(length)))
        {
            foreach (Pair pair in pairs.Where(p => !p.IsDone(length)))
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                // What ran before has taken the caches: the first run of a turn is not counted.
                pair.Runner.Run();
                long turn = Stopwatch.GetTimestamp();
                do pair.TimeOnce();
                while (Stopwatch.GetElapsedTime(turn) < Turn && !pair.IsDone(length));
            }
            progress.Report(pairs.Min(p => p.Share(length)));
        }
    }

    /// <summary>A model on a backend, loaded, with its durations so far.</summary>
    private sealed class Pair : IDisposable
    {
        private const int LayerRuns = 20;

        private readonly RunRequest _request;
        private readonly List<double> _milliseconds = [];
        private double _total;

        public Pair(RunnableModel model, RunRequest request)
        {
            Model = model;
            _request = request;
            Runner = model.Open();
        }

        public RunnableModel Model { get; }

        public IModelRunner Runner { get; }

        public long MemoryGrowth { get; set; }

        public void TimeOnce()
        {
            long start = Stopwatch.GetTimestamp();
            Runner.Run();
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            _milliseconds.Add(elapsed);
            _total += elapsed;
        }

        public double Share(BenchLength length) => length.Runs is { } runs ? (double)_milliseconds.Count / runs : _total / (length.Seconds * 1000);

        public bool IsDone(BenchLength length) => _milliseconds.Count > 0 && Share(length) >= 1;

        public BenchResult Result(BenchLength length)
        {
            var times = new Latencies(_milliseconds);
            Session? session = (Runner as EkmRunner)?.Session;
            return new BenchResult
            {
                Model = Model.Path,
                Backend = Model.Backend,
                Provider = Model is OrtModel ? _request.Provider : null,
                Precision = Model.Precision,
                Threads = session?.Threads ?? _request.Threads,
                Input = Model.Inputs[0].Shape,
                Runs = times.Count,
                MinMs = times.Min,
                MeanMs = times.Mean,
                P50Ms = times.Percentile(50),
                P90Ms = times.Percentile(90),
                P95Ms = times.Percentile(95),
                P99Ms = times.Percentile(99),
                MaxMs = times.Max,
                MemoryBytes = session is null ? MemoryGrowth : session.ArenaBytes + session.PackedBytes + session.File.Length,
                ArenaBytes = session?.ArenaBytes,
                PackedBytes = session?.PackedBytes,
                FileBytes = Model.FileBytes,
                PerLayer = length.PerLayer && session is not null ? TimeLayers(session) : null,
                PerLayerRuns = LayerRuns,
            };
        }

        public void Dispose()
        {
            Runner.Dispose();
            Model.Dispose();
        }

        private static LayerTime[] TimeLayers(Session session)
        {
            session.StartProfiling(LayerRuns);
            for (int i = 0; i < LayerRuns; i++) session.Run();
            return LayerTime.Of(session, session.StopProfiling());
        }
    }
}
