using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Profiling;

/// <summary>One operator's time against what the machine can do.</summary>
internal sealed record ProfiledOperator
{
    public required string Name { get; init; }

    /// <summary>Kind of operator; depthwise convolutions are a kind of their own here.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<int> Output { get; init; }
    public required string? Kernel { get; init; }

    /// <summary>Mean milliseconds over the faster half of the runs.</summary>
    public required double Ms { get; init; }

    /// <summary>Its part of the time of all operators.</summary>
    public required double Share { get; init; }

    /// <summary>Start in the median run.</summary>
    public required double MedianRunStartMs { get; init; }

    /// <summary>Time in the median run.</summary>
    public required double MedianRunMs { get; init; }

    /// <summary>Multiply-accumulates.</summary>
    public required long Macs { get; init; }

    /// <summary>Bytes of inputs, weights and outputs.</summary>
    public required long Bytes { get; init; }

    /// <summary>Multiply-accumulates a clock cycle, all threads together.</summary>
    public required double MacsPerCycle { get; init; }

    /// <summary>The least time that the rooflines allow.</summary>
    public required double LeastMs { get; init; }

    /// <summary>The least time over the time taken.</summary>
    public double RooflineShare => Ms > 0 ? LeastMs / Ms : 0;

    public static ProfiledOperator Of(LayerTime layer, Roofline roofline, int threads, double start, double ms) => new()
    {
        Name = layer.Name,
        Kind = layer.Kernel?.StartsWith("depthwise", StringComparison.Ordinal) == true ? "Depthwise" : layer.Kind,
        Output = layer.Output,
        Kernel = layer.Kernel,
        Ms = layer.Ms,
        Share = layer.Share,
        MedianRunStartMs = start,
        MedianRunMs = ms,
        Macs = layer.Macs,
        Bytes = layer.Bytes,
        MacsPerCycle = layer.Gmacs / roofline.Gigahertz,
        LeastMs = roofline.Bound(layer.Int8, layer.Macs, layer.Bytes, threads),
    };
}

/// <summary>The operators of one kind together.</summary>
internal sealed record KindTotal(string Kind, int Operators, double Ms, double Share, long Macs, long Bytes, double MacsPerCycle, double RooflineShare)
{
    /// <summary>The totals of each kind, most time first.</summary>
    public static IReadOnlyList<KindTotal> Of(IReadOnlyList<ProfiledOperator> operators) =>
    [
        .. operators.GroupBy(static o => o.Kind).Select(static group =>
        {
            double ms = group.Sum(static o => o.Ms);
            // MAC/cycle of an operator times its time is proportional to its MACs, so the mean weighted by time is that of all.
            return new KindTotal(group.Key, group.Count(), ms, group.Sum(static o => o.Share), group.Sum(static o => o.Macs), group.Sum(static o => o.Bytes),
                ms > 0 ? group.Sum(static o => o.MacsPerCycle * o.Ms) / ms : 0, ms > 0 ? group.Sum(static o => o.LeastMs) / ms : 0);
        }).OrderByDescending(static k => k.Ms),
    ];
}
