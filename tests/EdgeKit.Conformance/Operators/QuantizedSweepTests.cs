using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>Rounding rules of quantized operators over every pair of bytes, or many sums, with seeded scales and zero points: equal to ONNX Runtime's bytes.</summary>
public class QuantizedSweepTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 24).Select(static i => (ulong)i)];

    [OrtTheory]
    [MemberData(nameof(Seeds))]
    public void Addition_of_every_pair(ulong seed)
    {
        // Three ways to meet all pairs: two full tensors, and either operand repeated along the inner axis.
        Tensor bytes = Tensor.Of([.. Enumerable.Range(0, 256).Select(static i => (byte)i)], 256);
        Tensor outer = Tensor.Of([.. Enumerable.Range(0, 65536).Select(static i => (byte)(i >> 8))], 256, 256);
        Tensor inner = Tensor.Of([.. Enumerable.Range(0, 65536).Select(static i => (byte)i)], 256, 256);
        foreach ((Tensor a, Tensor b) in new[] { (outer, inner), (bytes.Reshape(256, 1), inner), (inner, bytes.Reshape(256, 1)) })
        {
            AssertEqual(seed, (builder, values) =>
            {
                float aScale = values.Float(0.001f, 0.1f), bScale = seed % 3 == 0 ? aScale : values.Float(0.001f, 0.1f);
                float yScale = seed % 4 == 0 ? 2 * aScale : values.Float(0.5f, 1.5f) * (aScale + bScale);
                return builder.Op("com.microsoft:QLinearAdd", [
                    builder.In(a), Scale(builder, aScale), Zero(builder, values), builder.In(b), Scale(builder, bScale), Zero(builder, values),
                    Scale(builder, yScale), Zero(builder, values)]);
            });
        }
    }

    [OrtTheory]
    [MemberData(nameof(Seeds))]
    public void Global_average_of_many_channels(ulong seed) => AssertEqual(seed, (builder, values) =>
    {
        float scale = values.Float(0.001f, 0.1f);
        return builder.Op("com.microsoft:QLinearGlobalAveragePool", [
            builder.In(values.Ints<byte>(0, 255, 1, 512, values.Int(1, 8), values.Int(1, 8))), Scale(builder, scale), Zero(builder, values),
            Scale(builder, scale * values.Float(0.1f, 1.2f)), Zero(builder, values)]);
    });

    [OrtTheory]
    [MemberData(nameof(Seeds))]
    public void Concatenation_of_every_byte(ulong seed) => AssertEqual(seed, (builder, values) =>
    {
        Tensor bytes = Tensor.Of([.. Enumerable.Range(0, 256).Select(static i => (byte)i)], 256);
        Value yScale = Scale(builder, values.Float(0.001f, 0.1f)), yZero = Zero(builder, values);
        return builder.Op("com.microsoft:QLinearConcat", [yScale, yZero,
            builder.In(bytes), Scale(builder, values.Float(0.001f, 0.1f)), Zero(builder, values), builder.In(bytes), yScale, yZero], ("axis", 0));
    });

    [OrtTheory]
    [MemberData(nameof(Seeds))]
    public void Convolution_of_random_bytes(ulong seed) => AssertEqual(seed, (builder, values) =>
    {
        int inputs = values.Int(1, 40), outputs = values.Int(1, 40), kernel = values.Int(1, 3);
        float xScale = values.Float(0.001f, 0.1f);
        return builder.Op("QLinearConv", [
            builder.In(values.Ints<byte>(0, 255, 1, inputs, 12, 13)), Scale(builder, xScale), Zero(builder, values),
            builder.Constant(values.Ints<sbyte>(-127, 127, outputs, inputs, kernel, kernel)), builder.Constant(values.Floats(0.001f, 0.01f, outputs)),
            builder.Constant(Tensor.Zeros(ElementType.Int8, outputs)),
            Scale(builder, xScale * values.Float(0.1f, 0.4f) * MathF.Sqrt(inputs) * kernel), Zero(builder, values), builder.Constant(values.Ints<int>(-20000, 20000, outputs))],
            ("pads", new[] { 1, 0, 1, 1 }), ("strides", new[] { values.Int(1, 2), 1 }));
    });

    [OrtTheory]
    [MemberData(nameof(Seeds))]
    public void Quantization_of_random_floats(ulong seed) => AssertEqual(seed, (builder, values) =>
    {
        float scale = values.Float(0.001f, 0.1f);
        return builder.Op("QuantizeLinear", [builder.In(values.Floats(-200 * scale, 200 * scale, 20000)), Scale(builder, scale), Zero(builder, values)]);
    });

    private static void AssertEqual(ulong seed, Func<CaseBuilder, SeededValues, Value> build)
    {
        var builder = new CaseBuilder($"sweep {seed}");
        OperatorCase test = builder.Build(build(builder, new SeededValues(seed)));
        Tensor expected = OrtOracle.Run(test.Graph, test.Feeds)[0];
        TensorAssert.Close(expected, ReferenceExecutor.Run(test.Graph, test.Feeds).Values.Single(), 0, test.Name);
    }

    private static Value Scale(CaseBuilder builder, float scale) => builder.Constant(Tensor.Scalar(scale));

    private static Value Zero(CaseBuilder builder, SeededValues values) => builder.Constant(Tensor.Scalar((byte)values.Int(0, 255)));
}
