using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Compressing;

namespace EdgeKit.Cli.Searching;

/// <summary>What the result of a search must keep to; null where there is no such limit.</summary>
/// <param name="MaxDrop">Largest loss of accuracy in percentage points (<see cref="AccuracyDrop"/>).</param>
/// <param name="LatencyMs">Largest median latency of the INT8 model on EdgeKit's runtime, one thread.</param>
/// <param name="Macs">Most multiply-accumulates.</param>
internal sealed record SearchGoal(double? MaxDrop, double? LatencyMs, double? Macs)
{
    /// <summary>Whether anything is asked for.</summary>
    public bool IsEmpty => this is { MaxDrop: null, LatencyMs: null, Macs: null };

    /// <summary>Whether a result keeps to every limit.</summary>
    public bool IsMetBy(CompressReport report) =>
        !(report.Drop.Points > MaxDrop) && !(report.Stages[^1].EdgekitMs > LatencyMs) && !(report.Stages[^1].Macs > Macs);

    /// <summary>
    /// The best of some results: where latency or size is limited, the one that loses least; else the fastest. Where none keeps to the limits,
    /// the one that loses least of those that come as near as any.
    /// </summary>
    public int Best(IReadOnlyList<CompressReport> reports)
    {
        bool fastest = LatencyMs is null && Macs is null && reports.Any(IsMetBy);
        return Enumerable.Range(0, reports.Count)
            .OrderBy(i => Excess(reports[i]))
            .ThenBy(i => fastest ? reports[i].Stages[^1].EdgekitMs : reports[i].Drop.Points)
            .ThenBy(i => fastest ? reports[i].Drop.Points : reports[i].Stages[^1].EdgekitMs)
            .First();
    }

    // Relative to the limits of latency and size, in points for the loss.
    private double Excess(CompressReport report) =>
        Math.Max(0, report.Drop.Points - MaxDrop ?? 0)
        + Math.Max(0, 100 * (report.Stages[^1].EdgekitMs / LatencyMs - 1) ?? 0)
        + Math.Max(0, 100 * (report.Stages[^1].Macs / Macs - 1) ?? 0);

    /// <summary>The limits in words.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        MaxDrop is { } d ? Units.Invariant($"a loss of at most {d:0.##} points") : null,
        LatencyMs is { } t ? Units.Invariant($"at most {t:0.###} ms") : null,
        Macs is { } m ? $"at most {Units.Count((long)m)} MACs" : null,
    }.OfType<string>());
}
