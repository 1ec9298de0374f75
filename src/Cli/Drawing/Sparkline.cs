namespace EdgeKit.Cli.Drawing;

/// <summary>A row of numbers as a line of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>As many characters as <paramref name="columns"/>, or as there are numbers; each is the mean of its share of the numbers.</summary>
    public static string Of(IReadOnlyList<float> values, int columns)
    {
        int count = Math.Min(columns, values.Count);
        double[] means = [.. Enumerable.Range(0, count).Select(i => Mean(values, (int)((long)i * values.Count / count), (int)((long)(i + 1) * values.Count / count)))];
        if (count == 0) return "";
        double low = means.Min(), high = means.Max();
        return string.Concat(means.Select(m => Blocks[high > low ? (int)Math.Min((m - low) / (high - low) * Blocks.Length, Blocks.Length - 1) : 0]));
    }

    /// <summary>The mean of a part of the numbers.</summary>
    public static double Mean(IReadOnlyList<float> values, int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++) sum += values[i];
        return sum / Math.Max(to - from, 1);
    }
}
