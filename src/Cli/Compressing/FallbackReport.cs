using System.Text;
using EdgeKit.Cli.Models;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Compressing;

/// <summary>Operators that went back to float together.</summary>
/// <param name="Name">The layer, or the tensor that they are around.</param>
/// <param name="Kind">layer, stem, head, gate or tensor.</param>
/// <param name="Nodes">The operators.</param>
/// <param name="GainShare">How much of the change in the outputs this alone undoes, 0 to 1.</param>
/// <param name="TimeShare">Their part of the time of an inference, 0 to 1.</param>
internal sealed record RevertedLayers(string Name, string Kind, IReadOnlyList<string> Nodes, double GainShare, double TimeShare);

/// <summary>What went back to float so that the model loses less.</summary>
internal sealed record FallbackReport
{
    private const int Runs = 20;

    /// <summary>Points that the model loses with everything in INT8.</summary>
    public required double Int8Drop { get; init; }

    /// <summary>Models that were verified on the way.</summary>
    public required int Checks { get; init; }

    /// <summary>Part of the multiply-accumulates that are in float now, 0 to 1.</summary>
    public required double MacShare { get; init; }

    /// <summary>Part of the time of an inference that they take, 0 to 1.</summary>
    public required double TimeShare { get; init; }

    /// <summary>What went back, in the order of choice.</summary>
    public required IReadOnlyList<RevertedLayers> Reverted { get; init; }

    /// <summary>Measures the time of what went back; null where nothing did.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="compiled">Loads the compiled result.</param>
    public static FallbackReport? Of(FallbackResult? result, Func<EkmModel> compiled)
    {
        if (result is not { Reverted.Count: > 0 }) return null;
        using EkmModel model = compiled();
        using var runner = new EkmRunner(model.OpenSession());
        Session session = runner.Session;
        model.FeedNoise(runner);
        for (int i = 0; i < Runs; i++) session.Run();
        session.StartProfiling(Runs);
        for (int i = 0; i < Runs; i++) session.Run();
        var shares = LayerTime.Of(session, session.StopProfiling()).GroupBy(static l => l.Name).ToDictionary(static g => g.Key, static g => g.Sum(static l => l.Share), StringComparer.Ordinal);
        return new FallbackReport
        {
            Int8Drop = result.Int8Drop,
            Checks = result.Checks,
            MacShare = result.FloatMacs,
            TimeShare = Share(result.Reverted.SelectMany(static r => r.Group.Nodes)),
            Reverted = [.. result.Reverted.Select(r => new RevertedLayers(r.Group.Name, r.Group.Kind, r.Group.Nodes, r.GainShare, Share(r.Group.Nodes)))],
        };

        double Share(IEnumerable<string> nodes) => nodes.Distinct(StringComparer.Ordinal).Sum(n => shares.GetValueOrDefault(n));
    }

    /// <summary>The lines of a report.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line($"back to float, because INT8 alone loses {Int8Drop:F2} points: {MacShare * 100:F1} % of the MACs, {TimeShare * 100:F1} % of the time");
        foreach (RevertedLayers r in Reverted)
        {
            string what = r.Kind == "tensor" ? $"what makes and reads '{r.Name}'" : $"{r.Kind} '{r.Name}'";
            Line($"  {what}: alone it undoes {r.GainShare * 100:F0} % of the change in the outputs; {r.TimeShare * 100:F1} % of the time");
        }
        return text.ToString();

        void Line(FormattableString line) => text.Append(Wrapping.Wrap(Units.Invariant(line))).Append('\n');
    }
}
