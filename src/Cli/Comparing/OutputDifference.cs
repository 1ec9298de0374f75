namespace EdgeKit.Cli.Comparing;

/// <summary>How far one output is from the reference's, over all pictures.</summary>
/// <param name="Name">Name of the output.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="MeanAbsDifference">Mean of |a - b| over all elements.</param>
/// <param name="SqnrDb">Signal to quantization noise: 10 log10(sum b² / sum (a - b)²); null where the outputs are equal.</param>
/// <param name="Cosine">Cosine of the angle between a and b; null where one is zero.</param>
internal sealed record OutputDifference(string Name, IReadOnlyList<int> Shape, double MeanAbsDifference, double? SqnrDb, double? Cosine);

/// <summary>The sums that <see cref="OutputDifference"/> is made of.</summary>
internal struct DifferenceSums
{
    private long _count;
    private double _absolute;
    private double _noise;
    private double _signal;
    private double _own;
    private double _product;

    /// <summary>Adds the elements of an output and of the reference's.</summary>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> reference)
    {
        _count += values.Length;
        for (int i = 0; i < values.Length; i++)
        {
            double a = values[i], b = reference[i], d = a - b;
            _absolute += Math.Abs(d);
            _noise += d * d;
            _signal += b * b;
            _own += a * a;
            _product += a * b;
        }
    }

    /// <summary>Adds other sums.</summary>
    public void Add(in DifferenceSums other)
    {
        _count += other._count;
        _absolute += other._absolute;
        _noise += other._noise;
        _signal += other._signal;
        _own += other._own;
        _product += other._product;
    }

    /// <summary>What the sums say about an output.</summary>
    public readonly OutputDifference Describe(string name, IReadOnlyList<int> shape) => new(
        name, shape, _absolute / Math.Max(_count, 1),
        JsonOutput.Finite(10 * Math.Log10(_signal / _noise)),
        JsonOutput.Finite(_product / Math.Sqrt(_own * _signal)));
}
