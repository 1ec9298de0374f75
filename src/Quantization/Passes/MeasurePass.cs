using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Takes the histogram of every activation.</summary>
internal sealed class MeasurePass : QuantizationPass
{
    public override string Name => "measure";

    public override string Explanation => "Runs the float model on the calibration pictures and keeps one histogram for every scale; a range is then what was seen.";

    public override bool CanBeLeftOut => false;

    public override string? Run(QuantizationRun run)
    {
        foreach (ScaleGroup group in run.Groups) GiveRange(group, run.Options.Ranges);
        Dictionary<string, Histogram> histograms = Histograms(run, [.. run.Groups.Where(static g => g.Fixed is null).SelectMany(static g => g.Sources).Select(static v => v.Name)]);
        foreach (ScaleGroup group in run.Groups)
        {
            if (group.Fixed is { } known)
            {
                run.SetRange(group, new ChosenRange(default, known, null, group.Reason));
                continue;
            }
            foreach (Value v in group.Sources) group.Seen.Merge(histograms[v.Name]);
            ValueRange seen = new(group.Seen.Minimum, group.Seen.Maximum);
            run.SetRange(group, new ChosenRange(seen, seen.Hull(default).Within(group.Bounds), CalibrationMethod.MinMax, "all that was seen"));
        }
        return $"{run.Groups.Count(static g => g.Fixed is null)} ranges on {run.ImageCount} pictures";
    }

    private static Dictionary<string, Histogram> Histograms(QuantizationRun run, string[] values) => ImageLoop.Run(run, "measure", values,
        () => values.ToDictionary(static name => name, static _ => new Histogram(), StringComparer.Ordinal),
        static (own, name, data) => own[name].Add(data),
        static (all, own) =>
        {
            foreach ((string name, Histogram h) in own) all[name].Merge(h);
        });

    private static void GiveRange(ScaleGroup group, IReadOnlyDictionary<string, ValueRange> ranges)
    {
        Value[] given = [.. group.Members.Where(v => ranges.ContainsKey(v.Name))];
        if (given.Length == 0) return;
        ValueRange range = ranges[given[0].Name];
        if (given.FirstOrDefault(v => ranges[v.Name] != range) is { } other)
            throw new ModelException($"'{given[0].Name}' and '{other.Name}' share one scale but are given different ranges; give them the same, or only one of them");
        group.Fixed = range;
        group.Reason = "given";
    }
}
