namespace EdgeKit.Quantization;

/// <summary>A closed interval of real values.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, not below <paramref name="Low"/>.</param>
public readonly record struct ValueRange(float Low, float High)
{
    /// <summary>All reals.</summary>
    public static ValueRange Unbounded => new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>The smallest interval that holds both.</summary>
    public ValueRange Hull(ValueRange other) => new(MathF.Min(Low, other.Low), MathF.Max(High, other.High));

    /// <summary>This interval cut to <paramref name="bounds"/>.</summary>
    public ValueRange Within(ValueRange bounds) =>
        new(Math.Clamp(Low, bounds.Low, bounds.High), Math.Clamp(High, bounds.Low, bounds.High));
}
