using System.Text;
using EdgeKit.Cli.Benchmarking;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Profiling;

/// <summary>Where a model's time goes on this machine. Shares are fractions, 0 to 1.</summary>
internal sealed record ProfileReport
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The machine.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>The model file.</summary>
    public required string Model { get; init; }

    public required string Precision { get; init; }
    public required int Threads { get; init; }

    /// <summary>Number of runs.</summary>
    public required int Runs { get; init; }

    public required double MinMs { get; init; }
    public required double P50Ms { get; init; }
    public required double P90Ms { get; init; }
    public required double P99Ms { get; init; }
    public required double MaxMs { get; init; }

    /// <summary>What one core can do at most.</summary>
    public required Roofline Roofline { get; init; }

    /// <summary>Bytes of activations.</summary>
    public required long ArenaBytes { get; init; }

    /// <summary>Bytes of weights as kernels want them.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>Sums over the operators of a kind, most time first.</summary>
    public required IReadOnlyList<KindTotal> Kinds { get; init; }

    /// <summary>The operators in order.</summary>
    public required IReadOnlyList<ProfiledOperator> Operators { get; init; }

    /// <summary>The arena: where each tensor lies, and from which operator to which.</summary>
    public required IReadOnlyList<NamedSpan> Arena { get; init; }

    /// <summary>Mean milliseconds of the faster half of the runs, which <see cref="Operators"/> add up to.</summary>
    public double OperatorMs => Operators.Sum(static o => o.Ms);

    /// <summary>The least time that the rooflines allow, over the time taken.</summary>
    public double RooflineShare => OperatorMs > 0 ? Operators.Sum(static o => o.LeastMs) / OperatorMs : 0;

    /// <summary>Puts together what was measured.</summary>
    public static ProfileReport Of(string model, Session session, OperatorTimes times, Roofline roofline)
    {
        LayerTime[] layers = LayerTime.Of(session, times);
        var latencies = new Latencies(Enumerable.Range(0, times.Runs).Select(times.Total));
        int median = times.FasterHalf[0];
        ProfiledOperator[] operators = [.. layers.Select((layer, i) => ProfiledOperator.Of(layer, roofline, session.Threads, times.Start(median, i), times.Of(median, i)))];
        return new ProfileReport
        {
            Environment = MachineInfo.Collect(),
            Model = model,
            Precision = session.IsInt8 ? "int8" : "fp32",
            Threads = session.Threads,
            Runs = times.Runs,
            MinMs = latencies.Min,
            P50Ms = latencies.Percentile(50),
            P90Ms = latencies.Percentile(90),
            P99Ms = latencies.Percentile(99),
            MaxMs = latencies.Max,
            Roofline = roofline,
            ArenaBytes = session.ArenaBytes,
            PackedBytes = session.PackedBytes,
            Kinds = KindTotal.Of(operators),
            Operators = operators,
            Arena = [.. session.ArenaSpans().Select(s => new NamedSpan(session.Tensors[s.Tensor].Name, s.Offset, s.Bytes, s.First, s.Last))],
        };
    }

    /// <summary>The report as text of 80 columns.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Environment}\n\n");
        text.Append($"{Units.End(Path.GetFileName(Model), 36)}: {Precision}, {Threads} thread(s), {Runs} runs\n");
        text.Append($"ms: min {Units.Brief(MinMs)}  p50 {Units.Brief(P50Ms)}  p90 {Units.Brief(P90Ms)}  p99 {Units.Brief(P99Ms)}  max {Units.Brief(MaxMs)}\n");
        text.Append(Units.Invariant($"one core at {Roofline.Gigahertz:F2} GHz: INT8 {Roofline.Int8Gmacs:F0} GMAC/s, float {Roofline.FloatGmacs:F0} GMAC/s, copy {Roofline.CopyGigabytes:F0} GB/s\n\n"));
        var table = new TextTable("operator", "kind", "kernel", "ms", "%", "MAC/cy", "kB", "roof") { LeftColumns = 3 };
        foreach (ProfiledOperator o in Operators)
        {
            table.Add(o.Name, o.Kind, o.Kernel?.Replace("_int8", "").Replace("_f32", "").Replace("__", "_") ?? "",
                Units.Brief(o.Ms), Number(o.Share * 100, 1), o.Macs > 0 ? Number(o.MacsPerCycle, 1) : "", Number(o.Bytes / 1e3, 0), Number(o.RooflineShare * 100, 0));
        }
        text.Append(table).Append('\n');
        var kinds = new TextTable("kind", "operators", "ms", "%", "MMAC", "MAC/cy", "MB", "roof");
        foreach (KindTotal k in Kinds)
        {
            kinds.Add(k.Kind, $"{k.Operators}", Units.Brief(k.Ms), Number(k.Share * 100, 1), k.Macs > 0 ? Number(k.Macs / 1e6, 1) : "",
                k.Macs > 0 ? Number(k.MacsPerCycle, 1) : "", Number(k.Bytes / 1e6, 2), Number(k.RooflineShare * 100, 0));
        }
        kinds.Add("all", $"{Operators.Count}", Units.Brief(OperatorMs), "100.0", Number(Operators.Sum(static o => o.Macs) / 1e6, 1), "",
            Number(Operators.Sum(static o => o.Bytes) / 1e6, 2), Number(RooflineShare * 100, 0));
        text.Append(kinds);
        text.Append("\nms: mean of the faster half of the runs. kB: inputs, weights and outputs, once.\nroof: % of the speed that the core's multiply-adds and copying allow.");
        return text.ToString();
    }

    private static string Number(double value, int digits) => value.ToString($"F{digits}", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A tensor in the arena.</summary>
internal sealed record NamedSpan(string Name, long Offset, long Bytes, int First, int Last);
