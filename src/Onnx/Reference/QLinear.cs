namespace EdgeKit.Onnx.Reference;

/// <summary>
/// Operators on quantized tensors, with the arithmetic of ONNX Runtime on x64, bit for bit. A real number is scale * (q - zero point).
/// Convolutions and products sum in int32, bias and zero points included, and end in one multiplication by
/// fl(fl(scale_a * scale_b) / scale_y) in float32 and <see cref="QuantizedType.Round"/>.
/// </summary>
internal static class QLinear
{
    /// <summary>Inputs x, its scale and zero point, w, its scale and zero point (one or one for each output channel), scale and zero point of y, optional int32 bias.</summary>
    public static Tensor[] Conv(Call call)
    {
        (Tensor x, float xScale) = Centered(call, 0);
        Tensor w = call.Input(3);
        if (w.Rank < 3) throw call.Error($"weights {w} do not fit an input {x}");
        int outputs = w.Shape[0];
        float[] wScales = PerChannel(call, 4, outputs).ToFloats();
        int[] wZeros = PerChannel(call, 5, outputs, w.Type).ToInt32s();
        int[] centered = w.ToInt32s();
        int kernel = outputs == 0 ? 1 : w.Length / outputs;
        for (int i = 0; i < centered.Length; i++) centered[i] -= wZeros[i / kernel % wZeros.Length];
        Tensor? bias = call.Optional(8) is null ? null : call.Input(8, ElementType.Int32);
        Tensor sums = Convolution.Compute<int>(call, x, Tensor.Of(centered, w.Shape), bias);
        int plane = Tensor.ElementCount(sums.Shape.AsSpan(2));
        return [Requantize(call, sums, i => i / plane % outputs, xScale, wScales, 6)];
    }

    /// <summary>Inputs a, its scale and zero point, b, its scale and zero point (one or one for each column), scale and zero point of y.</summary>
    public static Tensor[] MatMul(Call call)
    {
        (Tensor a, float aScale) = Centered(call, 0);
        Tensor b = call.Input(3);
        if (b.Rank == 0) throw call.Error("does not take scalars");
        int columns = b.Rank == 1 ? 1 : b.Shape[^1];
        float[] bScales = PerChannel(call, 4, columns).ToFloats();
        int[] bZeros = PerChannel(call, 5, columns, b.Type).ToInt32s();
        int[] centered = b.ToInt32s();
        for (int i = 0; i < centered.Length; i++) centered[i] -= bZeros[i % columns % bZeros.Length];
        Tensor sums = MatrixProducts.Compute<int>(call, a, Tensor.Of(centered, b.Shape));
        return [Requantize(call, sums, i => i % columns, aScale, bScales, 6)];
    }

    /// <summary>
    /// com.microsoft QLinearAdd; inputs a, b and y's parameters, three each. With r_a = fl(scale_a / scale_y) and r_b likewise, every operation rounded
    /// to float32 and fma rounded once: fixed = zero_y - fma(r_a, zero_a, r_b zero_b); q = saturate(round_half_even(fma(a, r_a, fma(b, r_b, fixed)))).
    /// Where a is repeated along the innermost axis, a and b change places.
    /// </summary>
    public static Tensor[] Add(Call call)
    {
        ElementType type = call.Input(0).Type;
        (int Min, int Max) range = QuantizedType.Range(call, type);
        float yScale = call.Scalar<float>(6);
        (Tensor Values, float Ratio, int Zero) a = Summand(0), b = Summand(3);
        int[] shape = Broadcasting.Shape(call, a.Values.Shape, b.Values.Shape);
        int innermost = Array.FindLastIndex(shape, static d => d > 1);
        if (innermost >= 0 && Strided.Broadcast(a.Values.Shape, shape)[innermost] == 0) (a, b) = (b, a);
        float fixedPart = Zero(call, 7, type) - MathF.FusedMultiplyAdd(a.Ratio, a.Zero, b.Ratio * b.Zero);
        int[] y = Broadcasting.Map<int, int>(shape, a.Values, b.Values, (p, q) =>
            QuantizedType.Round(MathF.FusedMultiplyAdd(p, a.Ratio, MathF.FusedMultiplyAdd(q, b.Ratio, fixedPart)), 0, range));
        return [QuantizedType.Pack(type, y, shape)];

        (Tensor, float, int) Summand(int index)
        {
            Tensor x = call.Input(index, type);
            return (Tensor.Of(x.ToInt32s(), x.Shape), call.Scalar<float>(index + 1) / yScale, Zero(call, index + 2, type));
        }
    }

    /// <summary>
    /// com.microsoft QLinearGlobalAveragePool; inputs x and y's parameters. The int32 sum of q - zero point over H x W
    /// is multiplied by fl(scale_x / fl(scale_y * H W)) and rounded.
    /// </summary>
    public static Tensor[] GlobalAveragePool(Call call)
    {
        if (call.Attributes.Int("channels_last", 0) != 0) throw call.Error("channels_last is not supported");
        (Tensor x, float xScale) = Centered(call, 0);
        if (x.Rank < 3 || x.Length == 0) throw call.Error($"wants an input [N,C,...], not {x}");
        int plane = Tensor.ElementCount(x.Shape.AsSpan(2));
        float scale = xScale / (call.Scalar<float>(3) * plane);
        ElementType type = call.Input(0).Type;
        int zero = Zero(call, 4, type);
        (int, int) range = QuantizedType.Range(call, type);
        int[] y = new int[x.Length / plane];
        for (int i = 0; i < y.Length; i++)
        {
            int sum = 0;
            foreach (int v in x.AsSpan<int>().Slice(i * plane, plane)) sum += v;
            y[i] = QuantizedType.Round(sum * scale, zero, range);
        }
        return [QuantizedType.Pack(type, y, [.. x.Shape.Select(static (d, axis) => axis < 2 ? d : 1)])];
    }

    /// <summary>
    /// com.microsoft QLinearConcat; inputs y's scale and zero point, then each tensor with its own. A tensor with y's parameters is copied,
    /// another one is dequantized and quantized anew.
    /// </summary>
    public static Tensor[] Concat(Call call)
    {
        if (call.InputCount < 5 || (call.InputCount - 2) % 3 != 0) throw call.Error("wants a scale and a zero point for each tensor");
        float yScale = call.Scalar<float>(0);
        ElementType type = call.Input(1).Type;
        int yZero = Zero(call, 1, type);
        (int, int) range = QuantizedType.Range(call, type);
        var parts = new List<Tensor>();
        for (int i = 2; i < call.InputCount; i += 3)
        {
            (Tensor x, float xScale) = Centered(call, i);
            if (call.Input(i).Type != type) throw call.Error($"inputs have different types, {call.Input(i).Type} and {type}");
            bool copy = xScale == yScale && Zero(call, i + 2, type) == yZero;
            parts.Add(copy ? call.Input(i) : QuantizedType.Pack(type,
                Array.ConvertAll(x.ToInt32s(), v => QuantizedType.Round(xScale * v / yScale, yZero, range)), x.Shape));
        }
        return Selection.Concat(new Call(call.Node, parts));
    }

    private static Tensor Requantize(Call call, Tensor sums, Func<int, int> channelOf, float xScale, float[] wScales, int parameters)
    {
        float yScale = call.Scalar<float>(parameters);
        Tensor zero = call.Input(parameters + 1);
        (int, int) range = QuantizedType.Range(call, zero.Type);
        int yZero = Zero(call, parameters + 1, zero.Type);
        float[] scales = Array.ConvertAll(wScales, w => xScale * w / yScale);
        ReadOnlySpan<int> from = sums.AsSpan<int>();
        int[] y = new int[from.Length];
        for (int i = 0; i < y.Length; i++) y[i] = QuantizedType.Round(from[i] * scales[scales.Length == 1 ? 0 : channelOf(i)], yZero, range);
        return QuantizedType.Pack(zero.Type, y, sums.Shape);
    }

    private static Tensor Quantized(Call call, int index)
    {
        Tensor x = call.Input(index);
        QuantizedType.Range(call, x.Type);
        return x;
    }

    /// <summary>The tensor at an input less its zero point, two inputs on, as int32; and its scale, between the two.</summary>
    private static (Tensor Values, float Scale) Centered(Call call, int index)
    {
        Tensor x = Quantized(call, index);
        int zero = Zero(call, index + 2, x.Type);
        return (Tensor.Of(Array.ConvertAll(x.ToInt32s(), v => v - zero), x.Shape), call.Scalar<float>(index + 1));
    }

    private static int Zero(Call call, int index, ElementType type)
    {
        Tensor zero = call.Input(index, type);
        return zero.Length == 1 ? zero.ToInt32s()[0] : throw call.Error($"input {index} has {zero.Length} elements where one is wanted");
    }

    private static Tensor PerChannel(Call call, int index, int channels, ElementType type = ElementType.Float)
    {
        Tensor values = call.Input(index, type);
        return values.Length == 1 || values.Length == channels
            ? values
            : throw call.Error($"input {index} has {values.Length} elements where 1 or {channels} are wanted");
    }
}
