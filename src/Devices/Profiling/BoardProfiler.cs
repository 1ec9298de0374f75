using System.Globalization;
using EdgeKit.Devices.Boards;
using EdgeKit.Runtime;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Devices.Profiling;

/// <summary>How a profile is taken.</summary>
public sealed record ProfileOptions
{
    /// <summary>Rounds at each point of the sweep.</summary>
    public int Rounds { get; init; } = 8;

    /// <summary>How long a round lasts at least.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often, in all, a round that was disturbed is measured again.</summary>
    public int Repeats { get; init; } = 6;

    /// <summary>How long the machine is left alone before.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Measures models over numbers of threads and kinds of cores, in rounds before, in and after which the machine is watched. A round in which it throttled, was slowed down or did something
/// else is measured again after a pause; when that no longer helps, it stays and makes the profile invalid.
/// </summary>
public sealed class BoardProfiler
{
    private const double WarmUpMs = 300, LookEveryMs = 50, LayersMs = 250;

    /// <summary>Looking takes at most one part in so many of the time: where a program has to be asked it is slow, and takes the caches.</summary>
    private const double LookShare = 20;

    private const int LeastRuns = 3, LeastLayerRuns = 10, MostLayerRuns = 500;

    private readonly BoardReader _reader;
    private readonly ProfileOptions _options;
    private readonly ProfileClock _clock;
    private readonly Action<string> _tell;
    private readonly RoundWatch _watch;
    private int _repeats;

    /// <summary>Profiles on this machine.</summary>
    /// <param name="options">How.</param>
    /// <param name="tell">Gets a line for each step.</param>
    public BoardProfiler(ProfileOptions options, Action<string> tell)
        : this(new BoardReader(), options, ProfileClock.System, new SpeedProbe(), tell)
    {
    }

    internal BoardProfiler(BoardReader reader, ProfileOptions options, ProfileClock clock, SpeedProbe probe, Action<string> tell)
    {
        (_reader, _options, _clock, _tell, _repeats) = (reader, options, clock, tell, options.Repeats);
        _watch = new RoundWatch(reader, probe, clock);
    }

    /// <summary>Measures.</summary>
    /// <param name="models">The models.</param>
    /// <param name="points">The sweep.</param>
    /// <param name="cancel">Stops it.</param>
    public BoardProfile Run(IReadOnlyList<ProfiledModel> models, IReadOnlyList<SweepPoint> points, CancellationToken cancel)
    {
        var profiles = new List<ModelProfile>();
        foreach (ProfiledModel model in models) profiles.Add(Measure(model, points, cancel));
        return new BoardProfile
        {
            Tool = ProductVersion.Text,
            Board = _reader.Read(),
            PowerMeter = _reader.Power?.Name,
            Models = profiles,
            Trace = _watch.Trace,
        };
    }

    private ModelProfile Measure(ProfiledModel model, IReadOnlyList<SweepPoint> points, CancellationToken cancel)
    {
        var results = new List<PointProfile>();
        IReadOnlyList<ProfiledLayer>? layers = null;
        string? layerDisturbance = null, precision = null;
        (long file, long arena, long packed) = (0, 0, 0);
        foreach (SweepPoint point in points)
        {
            _tell($"{model.Name}: {point}");
            using ProfiledRun run = model.Open(point);
            PointProfile result = Measure(model.Name, run, point, cancel);
            results.Add(result);
            (precision, (file, arena, packed)) = (run.Precision, run.Bytes);
            if (point.Threads > 1 || layers is not null) continue;
            int runs = (int)Math.Clamp(LayersMs / Math.Max(result.P50Ms, 1e-3), LeastLayerRuns, MostLayerRuns);
            layerDisturbance = Undisturbed(model.Name, run, point, () => layers = run.TimeLayers(runs, cancel), cancel).Disturbance;
        }
        return new ModelProfile
        {
            Name = model.Name,
            Checksum = model.Checksum,
            Precision = precision ?? "",
            FileBytes = file,
            ArenaBytes = arena,
            PackedBytes = packed,
            Points = results,
            Layers = layers ?? [],
            LayerDisturbance = layerDisturbance,
        };
    }

    private PointProfile Measure(string model, ProfiledRun run, SweepPoint point, CancellationToken cancel)
    {
        var rounds = new List<RoundProfile>();
        var all = new List<double>();
        var watts = new List<double>();
        var times = new List<double>();
        WarmUp(run, cancel);
        while (rounds.Count < _options.Rounds)
        {
            Watched seen = Undisturbed(model, run, point, () => Round(run, times, cancel), cancel);
            if (seen.Watts is { } power) watts.Add(power);
            rounds.Add(new RoundProfile(new Latencies(times).Percentile(50), times.Count, seen.Mhz, seen.Celsius, seen.Slowdown, seen.Disturbance));
            all.AddRange(times);
        }
        var latencies = new Latencies(all);
        return new PointProfile
        {
            Point = point,
            Runs = latencies.Count,
            MinMs = latencies.Min,
            MeanMs = latencies.Mean,
            P50Ms = latencies.Percentile(50),
            P90Ms = latencies.Percentile(90),
            P99Ms = latencies.Percentile(99),
            MaxMs = latencies.Max,
            Watts = watts.Count > 0 ? watts.Average() : null,
            Rounds = rounds,
        };
    }

    /// <summary>Measures, again and again while it is disturbed and repeats are left.</summary>
    private Watched Undisturbed(string model, ProfiledRun run, SweepPoint point, Action measure, CancellationToken cancel)
    {
        while (true)
        {
            _watch.Begin(point);
            measure();
            Watched seen = _watch.End();
            if (seen.Disturbance is null || _repeats == 0) return seen;
            _repeats--;
            _tell(string.Create(CultureInfo.InvariantCulture, $"{model}, {point}: {seen.Disturbance}; again after {_options.CoolDown.TotalSeconds:0.#} s (repeats left: {_repeats})"));
            _clock.Wait(_options.CoolDown, cancel);
            WarmUp(run, cancel);
        }
    }

    private void Round(ProfiledRun run, List<double> times, CancellationToken cancel)
    {
        times.Clear();
        double start = _clock.Now, looked = start, patience = LookEveryMs;
        do
        {
            cancel.ThrowIfCancellationRequested();
            double from = _clock.Now;
            run.Run();
            double now = _clock.Now;
            times.Add(now - from);
            if (now - looked < patience) continue;
            _watch.Look();
            looked = _clock.Now;
            patience = Math.Max(LookEveryMs, (looked - now) * LookShare);
        }
        while (times.Count < LeastRuns || _clock.Now - start < _options.Round.TotalMilliseconds);
    }

    private void WarmUp(ProfiledRun run, CancellationToken cancel)
    {
        double start = _clock.Now;
        for (int count = 0; count < LeastRuns || _clock.Now - start < WarmUpMs; count++)
        {
            cancel.ThrowIfCancellationRequested();
            run.Run();
        }
    }
}
