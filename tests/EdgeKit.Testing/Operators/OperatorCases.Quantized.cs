using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Quantization, and operators on quantized tensors.</content>
public static partial class OperatorCases
{
    private static void AddQuantization(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        add("QuantizeLinear/uint8", b => [b.Op("QuantizeLinear", [b.In(6, 40), Scalar(b, 0.0137f), Scalar(b, (byte)131)])]);
        add("QuantizeLinear/int8", b => [b.Op("QuantizeLinear", [b.In(6, 40), Scalar(b, 0.0173f), Scalar(b, (sbyte)-9)])]);
        add("QuantizeLinear/halves", b => [b.Op("QuantizeLinear", [b.In(Tensor.Of([-1f, -0.75f, -0.25f, 0.25f, 0.75f, 1.25f, 200, -200], 8)), Scalar(b, 0.5f), Scalar(b, (byte)3)])]);
        add("QuantizeLinear/channels", b => [b.Op("QuantizeLinear", [b.In(2, 3, 5, 4), b.Constant(b.Values.Floats(0.01f, 0.03f, 3)), b.Constant(b.Values.Ints<byte>(90, 160, 3))], ("axis", 1))]);
        add("DequantizeLinear/uint8", b => [b.Op("DequantizeLinear", [b.In(b.Values.Ints<byte>(0, 255, 50)), Scalar(b, 0.0137f), Scalar(b, (byte)131)])]);
        add("DequantizeLinear/int8 weights", b => [b.Op("DequantizeLinear", [b.In(b.Values.Ints<sbyte>(-127, 127, 4, 3, 2, 2)), b.Constant(b.Values.Floats(0.01f, 0.03f, 4)), b.Constant(Tensor.Zeros(ElementType.Int8, 4))], ("axis", 0))]);
        add("DequantizeLinear/int32 bias", b => [b.Op("DequantizeLinear", [b.In(b.Values.Ints<int>(-90000, 90000, 4)), b.Constant(b.Values.Floats(0.001f, 0.003f, 4)), b.Constant(Tensor.Zeros(ElementType.Int32, 4))], ("axis", 0))]);
    }

    private static void AddQuantizedOperators(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Conv(string name, int[] x, int[] w, bool perChannel, bool signed, params (string, object)[] attributes) => add($"QLinearConv/{name}", b =>
        {
            int inner = w.Skip(1).Aggregate(1, (a, d) => a * d), channels = perChannel ? w[0] : 1;
            // A result of about 60 standard steps either way, so that some elements saturate and most do not.
            float yScale = 0.02f * 0.005f * 40 * 74 * MathF.Sqrt(inner) / 60;
            return [b.Op("QLinearConv", [
                signed ? b.In(b.Values.Ints<sbyte>(-128, 127, x)) : b.In(b.Values.Ints<byte>(0, 255, x)), Scalar(b, 0.02f), Zero(b, signed, 121),
                b.Constant(b.Values.Ints<sbyte>(-127, 127, w)), b.Constant(b.Values.Floats(0.004f, 0.006f, channels)), b.Constant(Tensor.Zeros(ElementType.Int8, channels)),
                Scalar(b, yScale), Zero(b, signed, 117), b.Constant(b.Values.Ints<int>(-5000, 5000, w[0]))], attributes)];
        });

        Conv("3x3", [1, 5, 8, 7], [7, 5, 3, 3], true, false, ("pads", new[] { 1, 1, 1, 1 }));
        Conv("3x3 per tensor", [1, 5, 8, 7], [7, 5, 3, 3], false, false);
        Conv("pointwise", [1, 33, 6, 6], [19, 33, 1, 1], true, false);
        Conv("depthwise", [1, 16, 7, 7], [16, 1, 3, 3], true, false, ("group", 16), ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }));
        Conv("grouped", [1, 8, 6, 6], [12, 4, 3, 3], true, false, ("group", 2), ("pads", new[] { 0, 1, 2, 0 }));
        Conv("dilated", [1, 4, 9, 9], [6, 4, 3, 3], true, false, ("dilations", new[] { 2, 2 }));
        Conv("int8", [1, 9, 6, 6], [8, 9, 3, 3], true, true, ("pads", new[] { 1, 1, 1, 1 }));
        Conv("int8 depthwise", [1, 8, 6, 6], [8, 1, 3, 3], true, true, ("group", 8), ("pads", new[] { 1, 1, 1, 1 }));
        Conv("1-D", [1, 4, 15], [6, 4, 3], true, false, ("pads", new[] { 1, 1 }));

        void MatMul(string name, int[] x, int[] y, bool signed, float scale) => add($"QLinearMatMul/{name}", b => [b.Op("QLinearMatMul", [
            signed ? b.In(b.Values.Ints<sbyte>(-128, 127, x)) : b.In(b.Values.Ints<byte>(0, 255, x)), Scalar(b, 0.02f), Zero(b, signed, 121),
            b.Constant(b.Values.Ints<sbyte>(-127, 127, y)), Scalar(b, 0.005f), Scalar(b, (sbyte)0), Scalar(b, scale), Zero(b, signed, 117)])]);

        MatMul("uint8", [3, 40], [40, 21], false, 0.031f);
        MatMul("int8", [3, 17], [17, 8], true, 0.02f);
        MatMul("stack", [2, 3, 17], [17, 8], false, 0.02f);

        void Add(string name, int[] x, int[] y, bool signed, float a, float c, float z, int zero) => add($"com.microsoft:QLinearAdd/{name}", b => [b.Op("com.microsoft:QLinearAdd", [
            Data(b, signed, x), Scalar(b, a), Zero(b, signed, zero), Data(b, signed, y), Scalar(b, c), Zero(b, signed, 256 - zero), Scalar(b, z), Zero(b, signed, zero + 7)])]);

        Add("uint8", [1, 8, 23, 23], [1, 8, 23, 23], false, 0.0213f, 0.0171f, 0.0331f, 121);
        Add("int8", [1, 8, 23, 23], [1, 8, 23, 23], true, 0.0213f, 0.0171f, 0.0331f, 131);
        Add("halves", [1, 4, 31, 31], [1, 4, 31, 31], false, 0.25f, 0.25f, 0.5f, 128);
        Add("thirds", [1, 4, 31, 31], [1, 4, 31, 31], false, 0.1f, 0.3f, 0.4f, 100);
        Add("ends of the range", [1, 4, 31, 31], [1, 4, 31, 31], false, 0.0123f, 0.0456f, 0.0234f, 3);
        Add("scalar", [2, 60], [1], false, 0.0213f, 0.0171f, 0.0331f, 121);
        Add("scalar first", [1], [2, 60], false, 0.0213f, 0.0171f, 0.0331f, 121);
        Add("channels", [1, 6, 9, 9], [1, 6, 1, 1], false, 0.0213f, 0.0171f, 0.0331f, 121);

        void Pool(string name, int[] x, bool signed, float z) => add($"com.microsoft:QLinearGlobalAveragePool/{name}", b => [b.Op("com.microsoft:QLinearGlobalAveragePool", [
            Data(b, signed, x), Scalar(b, 0.0213f), Zero(b, signed, 121), Scalar(b, z), Zero(b, signed, 117)])]);

        Pool("uint8 7x7", [2, 40, 7, 7], false, 0.0031f);
        Pool("uint8 4x5", [1, 64, 4, 5], false, 0.0049f);
        Pool("int8 7x7", [1, 40, 7, 7], true, 0.0033f);

        add("com.microsoft:QLinearConcat/three", b => [b.Op("com.microsoft:QLinearConcat", [
            Scalar(b, 0.0211f), Scalar(b, (byte)121),
            Data(b, false, [1, 4, 9, 9]), Scalar(b, 0.0173f), Scalar(b, (byte)100),
            Data(b, false, [1, 3, 9, 9]), Scalar(b, 0.0211f), Scalar(b, (byte)121),
            Data(b, false, [1, 2, 9, 9]), Scalar(b, 0.0319f), Scalar(b, (byte)140)], ("axis", 1))]);

        static Value Data(CaseBuilder b, bool signed, int[] shape) => signed ? b.In(b.Values.Ints<sbyte>(-128, 127, shape)) : b.In(b.Values.Ints<byte>(0, 255, shape));
        static Value Zero(CaseBuilder b, bool signed, int zero) => signed ? Scalar(b, (sbyte)(zero - 128)) : Scalar(b, (byte)zero);
    }

    private static Value Scalar<T>(CaseBuilder b, T value) where T : unmanaged => b.Constant(Tensor.Scalar(value));
}
