using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>How the real value r of a tensor is stored: r = <paramref name="Scale"/> · (q - <paramref name="ZeroPoint"/>), q of <paramref name="Type"/>.</summary>
/// <param name="Scale">Real value of one step; positive.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="Type"><see cref="ElementType.UInt8"/> (asymmetric) or <see cref="ElementType.Int8"/> (symmetric, zero point 0).</param>
public readonly record struct QuantizationParameters(float Scale, int ZeroPoint, ElementType Type)
{
    /// <summary>The largest integer of an int8 tensor. -128 is not used, so that negation is exact.</summary>
    public const int SymmetricMax = 127;

    /// <summary>Smallest integer of the type.</summary>
    public int Minimum => Type == ElementType.UInt8 ? byte.MinValue : sbyte.MinValue;

    /// <summary>Largest integer of the type.</summary>
    public int Maximum => Type == ElementType.UInt8 ? byte.MaxValue : sbyte.MaxValue;

    /// <summary>
    /// Parameters that represent every value of <paramref name="range"/> and 0. The zero point is the nearest integer; the scale is then
    /// widened so that both ends stay representable, which also keeps image inputs in [-1, 1] from falling halfway between two steps.
    /// </summary>
    public static QuantizationParameters FromRange(ValueRange range, ActivationScheme scheme)
    {
        double low = Math.Min(range.Low, 0), high = Math.Max(range.High, 0);
        if (scheme == ActivationScheme.Symmetric)
        {
            double magnitude = Math.Max(-low, high);
            return new(Positive(magnitude / SymmetricMax), 0, ElementType.Int8);
        }
        int zeroPoint = high > low ? (int)Math.Round(byte.MaxValue * -low / (high - low)) : 0;
        double below = zeroPoint > 0 ? -low / zeroPoint : 0;
        double above = zeroPoint < byte.MaxValue ? high / (byte.MaxValue - zeroPoint) : 0;
        return new(Positive(Math.Max(below, above)), zeroPoint, ElementType.UInt8);
    }

    /// <summary>The stored integer: saturate(round half to even(r / scale) + zero point), as ONNX QuantizeLinear.</summary>
    public int Quantize(float value) => (int)Math.Clamp(MathF.Round(value / Scale) + ZeroPoint, Minimum, Maximum);

    /// <summary>The real value of a stored integer.</summary>
    public float Dequantize(int quantized) => (quantized - ZeroPoint) * Scale;

    // A tensor that is zero on every image has no scale of its own; any will do.
    private static float Positive(double scale) => (float)scale is var s && float.IsNormal(s) ? s : 1f;
}
