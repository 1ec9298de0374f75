using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>Smallest and largest value of each channel of some feature maps [1,C,…], over all calibration images.</summary>
internal sealed class ChannelRanges
{
    private readonly Dictionary<string, ValueRange[]> _ranges;

    private ChannelRanges(IEnumerable<Value> values) =>
        _ranges = values.ToDictionary(static v => v.Name, static v => Enumerable.Repeat(Empty, v.Dims[1]).ToArray(), StringComparer.Ordinal);

    /// <summary>The ranges of a value's channels.</summary>
    public ValueRange[] this[string value] => _ranges[value];

    private static ValueRange Empty => new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Measures.</summary>
    public static ChannelRanges Measure(QuantizationRun run, string pass, IReadOnlyCollection<Value> values) =>
        ImageLoop.Run(run, pass, [.. values.Select(static v => v.Name)], () => new ChannelRanges(values), static (own, name, data) => own.Add(name, data), static (all, own) => all.Merge(own));

    private void Add(string value, ReadOnlySpan<float> data)
    {
        ValueRange[] ranges = _ranges[value];
        int positions = data.Length / ranges.Length;
        for (int c = 0; c < ranges.Length; c++)
        {
            float low = float.PositiveInfinity, high = float.NegativeInfinity;
            foreach (float v in data.Slice(c * positions, positions))
            {
                low = MathF.Min(low, v);
                high = MathF.Max(high, v);
            }
            ranges[c] = ranges[c].Hull(new ValueRange(low, high));
        }
    }

    private void Merge(ChannelRanges other)
    {
        foreach ((string value, ValueRange[] ranges) in other._ranges)
            for (int c = 0; c < ranges.Length; c++) _ranges[value][c] = _ranges[value][c].Hull(ranges[c]);
    }
}
