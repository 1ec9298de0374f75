namespace EdgeKit.Onnx.Reference;

/// <summary>The 8-bit types: rounding of real numbers to them.</summary>
internal static class QuantizedType
{
    /// <summary>The smallest and the largest number of the type.</summary>
    public static (int Min, int Max) Range(Call call, ElementType type) => type switch
    {
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        _ => throw call.Error($"does not quantize to {type}"),
    };

    /// <summary>
    /// zero + round(clamp(value, min - zero, max - zero)), halves to even: how ONNX Runtime ends every quantized operator. NaN becomes the smallest number.
    /// </summary>
    public static int Round(float value, int zero, (int Min, int Max) range)
    {
        float clamped = MathF.Min(MathF.Max(float.IsNaN(value) ? float.NegativeInfinity : value, range.Min - zero), range.Max - zero);
        return zero + (int)MathF.Round(clamped, MidpointRounding.ToEven);
    }

    /// <summary>Numbers within the range of the type, as a tensor of it.</summary>
    public static Tensor Pack(ElementType type, int[] values, int[] shape) => type == ElementType.UInt8
        ? Tensor.Of(Array.ConvertAll(values, static v => (byte)v), shape)
        : Tensor.Of(Array.ConvertAll(values, static v => (sbyte)v), shape);
}
