using System.Globalization;

namespace EdgeKit.Devices.Profiling;

/// <summary>A point of two profiles side by side.</summary>
/// <param name="Model">The model.</param>
/// <param name="Point">Threads and cores.</param>
/// <param name="EarlierMs">Median of the earlier one.</param>
/// <param name="NowMs">Median of this one.</param>
/// <param name="Ratio">This one's median over the earlier's: of rounds.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="IsSlower">Whether it is slower than the bound allows, beyond doubt.</param>
public sealed record PointComparison(string Model, SweepPoint Point, double EarlierMs, double NowMs, double Ratio, double Low, double High, bool IsSlower);

/// <summary>Whether models have become slower since an earlier profile.</summary>
public static class ProfileComparison
{
    private const int Resamples = 2000, Seed = 1;
    private const double Tail = 0.025;

    /// <summary>Refuses profiles that are not to be compared, before anything is measured.</summary>
    /// <param name="earlier">The earlier profile.</param>
    /// <param name="source">Its file, for messages.</param>
    /// <param name="identity">This machine's <see cref="Boards.Board.Identity"/>.</param>
    /// <param name="models">Names and checksums of the models that are measured.</param>
    /// <param name="across">Whether other machines and other models of the same name may be compared.</param>
    /// <exception cref="ProfileException">It is of another machine or of other models, or was disturbed.</exception>
    public static void Require(BoardProfile earlier, string source, string identity, IReadOnlyList<(string Name, string Checksum)> models, bool across)
    {
        if (earlier.Disturbance is { } why) throw new ProfileException($"{source}: was disturbed ({why}); nothing can be compared with it");
        if (!across && earlier.Board.Identity != identity) throw new ProfileException($"{source}: is of another machine: {earlier.Board.Identity}; this is {identity}; --across compares all the same");
        foreach ((string name, string checksum) in models)
        {
            ModelProfile known = earlier.Models.FirstOrDefault(m => m.Name == name)
                ?? throw new ProfileException($"{source}: has no {name}, only {string.Join(", ", earlier.Models.Select(static m => m.Name))}");
            if (!across && known.Checksum != checksum) throw new ProfileException($"{source}: {name} was another file then (checksum {known.Checksum}, now {checksum}); --across compares all the same");
        }
    }

    /// <summary>Compares the points that both have: the ratio of the medians over rounds, and its interval by resampling the rounds of both.</summary>
    /// <param name="earlier">The earlier profile.</param>
    /// <param name="now">This one.</param>
    /// <param name="bound">How much slower it may be, as a fraction.</param>
    public static IReadOnlyList<PointComparison> Of(BoardProfile earlier, BoardProfile now, double bound)
    {
        var comparisons = new List<PointComparison>();
        foreach (ModelProfile model in now.Models)
        {
            if (earlier.Models.FirstOrDefault(m => m.Name == model.Name) is not { } before) continue;
            foreach (PointProfile point in model.Points)
            {
                // Points that only one of them has are left out.
                if (before.Points.FirstOrDefault(p => p.Point.Threads == point.Point.Threads && p.Point.CoreText == point.Point.CoreText) is not { Rounds.Count: > 0 } old) continue;
                double[] oldRounds = old.Rounds.Select(static r => r.MedianMs), newRounds = point.Rounds.Select(static r => r.MedianMs);
                (double low, double high) = Interval(oldRounds, newRounds);
                comparisons.Add(new PointComparison(model.Name, point.Point, old.P50Ms, point.P50Ms, Median([.. newRounds]) / Median([.. oldRounds]), low, high, low > 1 + bound));
            }
        }
        return comparisons;
    }

    /// <summary>What is slower than the bound allows, in one line; null where nothing is.</summary>
    public static string? Verdict(IReadOnlyList<PointComparison> comparisons, string source, double bound)
    {
        PointComparison[] slower = comparisons.Where(static c => c.IsSlower);
        return slower.Length == 0 ? null
            : $"slower than {source} by more than {Text($"{bound * 100:0.##}")} %: {string.Join("; ", slower.Select(static c => $"{c.Model}, {c.Point} ({Text($"{(c.Ratio - 1) * 100:F1}")} %)"))}";
    }

    /// <summary>The comparison as text of 80 columns.</summary>
    public static string ToText(IReadOnlyList<PointComparison> comparisons, string source, double bound)
    {
        var table = new Lines("model", "threads", "cores", "then", "now", "ratio", "95 % interval", "");
        foreach (PointComparison c in comparisons)
        {
            table.Add(c.Model, $"{c.Point.Threads}", c.Point.CoreText, Lines.Milliseconds(c.EarlierMs), Lines.Milliseconds(c.NowMs), Text($"{c.Ratio:F3}"), Text($"{c.Low:F3} to {c.High:F3}"),
                c.IsSlower ? "SLOWER" : "");
        }
        return $"against {source}, medians in ms; {Text($"{bound * 100:0.##}")} % slower is allowed\n{table}";
    }

    private static (double Low, double High) Interval(double[] earlier, double[] now)
    {
        var random = new Random(Seed);
        double[] ratios = new double[Resamples];
        for (int i = 0; i < ratios.Length; i++) ratios[i] = Median(Resample(now, random)) / Median(Resample(earlier, random));
        Array.Sort(ratios);
        return (ratios[(int)(Tail * Resamples)], ratios[(int)((1 - Tail) * Resamples) - 1]);
    }

    private static double[] Resample(double[] values, Random random)
    {
        double[] sample = new double[values.Length];
        for (int i = 0; i < sample.Length; i++) sample[i] = values[random.Next(values.Length)];
        return sample;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
