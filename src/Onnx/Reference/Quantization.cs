namespace EdgeKit.Onnx.Reference;

/// <summary>QuantizeLinear and DequantizeLinear, with one scale for the tensor or one for each index of an axis.</summary>
internal static class Quantization
{
    /// <summary>Inputs x, scale, optional zero point (its type is the result's; uint8 without it): round(x / scale) + zero point, saturated.</summary>
    public static Tensor[] QuantizeLinear(Call call)
    {
        Tensor x = call.Float(0);
        Tensor zero = call.Optional(2) ?? Tensor.Zeros(ElementType.UInt8, call.Input(1).Shape);
        Steps steps = Steps.Of(call, x, zero);
        (int, int) range = QuantizedType.Range(call, zero.Type);
        ReadOnlySpan<float> from = x.AsSpan<float>();
        int[] y = new int[from.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int step = steps.IndexOf(i);
            y[i] = QuantizedType.Round(from[i] / steps.Scales[step], steps.Zeros[step], range);
        }
        return [QuantizedType.Pack(zero.Type, y, x.Shape)];
    }

    /// <summary>Inputs x (uint8, int8 or int32), scale, optional zero point: (x - zero point) * scale.</summary>
    public static Tensor[] DequantizeLinear(Call call)
    {
        Tensor x = call.Input(0);
        if (x.Type is not (ElementType.UInt8 or ElementType.Int8 or ElementType.Int32)) throw call.Error($"does not dequantize {x.Type}");
        Tensor zero = call.Optional(2) ?? Tensor.Zeros(x.Type, call.Input(1).Shape);
        if (zero.Type != x.Type) throw call.Error($"has a zero point of {zero.Type} for elements of {x.Type}");
        Steps steps = Steps.Of(call, x, zero);
        int[] from = x.ToInt32s();
        float[] y = new float[from.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int step = steps.IndexOf(i);
            y[i] = (from[i] - steps.Zeros[step]) * steps.Scales[step];
        }
        return [Tensor.Of(y, x.Shape)];
    }

    /// <summary>The scales and zero points of a tensor, and which of them an element has.</summary>
    private readonly record struct Steps(float[] Scales, int[] Zeros, int Block)
    {
        public int IndexOf(int element) => element / Block % Scales.Length;

        public static Steps Of(Call call, Tensor x, Tensor zero)
        {
            Tensor scale = call.Float(1);
            if (call.Attributes.Int("block_size", 0) != 0) throw call.Error("block_size is not supported");
            if (scale.Rank > 1 || zero.Length != scale.Length) throw call.Error($"scale {scale} and zero point {zero} do not fit together");
            if (scale.Length == 1) return new Steps(scale.ToFloats(), zero.ToInt32s(), 1);
            int axis = call.Axis(1, x.Rank);
            if (scale.Length != x.Shape[axis] || scale.Length == 0) throw call.Error($"{scale.Length} scales do not fit axis {axis} of {x}");
            return new Steps(scale.ToFloats(), zero.ToInt32s(), Strided.Of(x.Shape)[axis]);
        }
    }
}
