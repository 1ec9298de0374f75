using EdgeKit.Onnx;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Scales and INT8 zero points of a QuantizeLinear or DequantizeLinear node. UINT8 is shifted: the plan holds the same values less 128.</summary>
internal sealed record QuantizationParameters(float[] Scales, int[] ZeroPoints, ElementType Type, int Axis)
{
    public bool PerTensor => Scales.Length == 1;

    public float Scale => Scales[0];

    public int ZeroPoint => ZeroPoints[0];

    /// <summary>What to add to stored values of the ONNX type to get the plan's INT8.</summary>
    public int Shift => Type == ElementType.UInt8 ? -128 : 0;

    /// <summary>The parameters, or null when they are computed at run time or of a type that INT8 kernels do not take.</summary>
    public static QuantizationParameters? Of(Node node)
    {
        if (node.ConstantInput(1) is not { } scale) return null;
        if (node.Optional(2) is { IsConstant: false }) return null;
        Tensor zero = node.ConstantInput(2) ?? Tensor.Zeros(ElementType.UInt8, scale.Shape);
        if (zero.Type is not (ElementType.UInt8 or ElementType.Int8 or ElementType.Int32)) return null;
        if (zero.Length != scale.Length) throw ModelException.At(node, $"has {scale.Length} scales and {zero.Length} zero points");
        float[] scales = scale.ToFloats();
        foreach (float s in scales)
        {
            if (!(float.IsFinite(s) && s > 0)) throw ModelException.At(node, $"has scale {s}; scales must be positive");
        }
        int shift = zero.Type == ElementType.UInt8 ? -128 : 0;
        return new QuantizationParameters(scales, Array.ConvertAll(zero.ToInt32s(), z => z + shift), zero.Type, node.Attributes.Int("axis", 1));
    }

    /// <summary>ONNX QuantizeLinear of one value to INT8.</summary>
    public static int Quantize(float value, float scale, int zeroPoint) =>
        (int)Math.Clamp(MathF.Round(value / scale, MidpointRounding.ToEven) + zeroPoint, sbyte.MinValue, sbyte.MaxValue);
}
