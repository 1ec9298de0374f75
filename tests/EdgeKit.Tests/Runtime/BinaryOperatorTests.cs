using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed unsafe class BinaryOperatorTests
{
    private static BinaryParameters Parameters(BinaryFunction function, params (int Dim, int A, int B)[] dims)
    {
        BinaryParameters p = default;
        p.Function = function;
        p.Rank = dims.Length;
        for (int i = 0; i < dims.Length; i++) (p.Dims[i], p.StrideA[i], p.StrideB[i]) = dims[i];
        (p.MinInt8, p.MaxInt8, p.MinFloat, p.MaxFloat) = (-128, 127, float.NegativeInfinity, float.PositiveInfinity);
        return p;
    }

    [Theory]
    [InlineData(BinaryFunction.Add, 0.02f, -3, 0.05f, 12, 0.04f, 5)]
    [InlineData(BinaryFunction.Add, 1f, 0, 0.5f, 0, 1f, 0)]
    [InlineData(BinaryFunction.Sub, 0.02f, -3, 0.05f, 12, 0.04f, 5)]
    [InlineData(BinaryFunction.Mul, 0.02f, -128, 0.0039f, -128, 0.013f, -100)]
    [InlineData(BinaryFunction.Mul, 1f, 0, 0.5f, 0, 1f, 0)]
    public void Int8_equals_the_written_rule_for_all_pairs_of_codes(BinaryFunction function, float scaleA, int zeroA, float scaleB, int zeroB, float scaleY, int zeroY)
    {
        sbyte[] all = [.. Enumerable.Range(-128, 256).Select(static v => (sbyte)v)];
        using var harness = new OperatorHarness { Threads = 2 };
        harness.Tensor(all, [256], scaleA, zeroA);
        harness.Tensor(all, [256], scaleB, zeroB);
        harness.Output<sbyte>([256, 256], scaleY, zeroY);
        BinaryParameters p = Parameters(function, (256, 1, 0), (256, 0, 1));
        (p.MinInt8, p.MaxInt8) = (-120, 101);
        sbyte[] y = harness.Run<sbyte, BinaryParameters>(OperatorKind.Binary, p);

        float ratioA = scaleA / scaleY, ratioB = (function == BinaryFunction.Sub ? -1 : 1) * (scaleB / scaleY), product = scaleA * scaleB / scaleY;
        float offset = zeroY + 128 - MathF.FusedMultiplyAdd(ratioA, zeroA + 128, ratioB * (zeroB + 128));
        for (int i = 0; i < y.Length; i++)
        {
            sbyte a = all[i / 256], b = all[i % 256];
            float value = function == BinaryFunction.Mul
                ? (float)((a - zeroA) * (b - zeroB)) * product + (zeroY + 128)
                : MathF.FusedMultiplyAdd(a + 128, ratioA, MathF.FusedMultiplyAdd(b + 128, ratioB, offset));
            Assert.Equal(Math.Clamp((int)MathF.Round(Math.Clamp(value, -1e6f, 1e6f), MidpointRounding.ToEven) - 128, -120, 101), y[i]);
        }
    }

    [Fact]
    public void Int8_add_agrees_with_real_arithmetic_within_half_a_step()
    {
        sbyte[] a = RandomValues.Bytes(new Random(9), 5003), b = RandomValues.Bytes(new Random(10), 5003);
        using var harness = new OperatorHarness();
        harness.Tensor(a, [5003], 0.1f, 4);
        harness.Tensor(b, [5003], 0.03f, -60);
        harness.Output<sbyte>([5003], 0.09f, 10);
        sbyte[] y = harness.Run<sbyte, BinaryParameters>(OperatorKind.Binary, Parameters(BinaryFunction.Add, (5003, 1, 1)));
        for (int i = 0; i < y.Length; i++)
        {
            double real = Math.Clamp(((a[i] - 4) * 0.1 + (b[i] + 60) * 0.03) / 0.09 + 10, -128, 127);
            Assert.InRange(y[i] - real, -0.5001, 0.5001);
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 0)]
    [InlineData(3, 5)]
    public void Views_of_channels_are_read_and_written(int gapA, int gapY)
    {
        sbyte[] a = RandomValues.Bytes(new Random(3), 35 * 19), b = RandomValues.Bytes(new Random(4), 35 * 19);
        sbyte[] Run(int gapA, int gapY, params (int, int, int)[] dims)
        {
            using var harness = new OperatorHarness();
            harness.Tensor(a, [1, 5, 7, 19], 0.1f, 4, gapA);
            harness.Tensor(b, [1, 5, 7, 19], 0.03f, -60);
            harness.Output<sbyte>([1, 5, 7, 19], 0.09f, 10, gapY);
            return harness.Run<sbyte, BinaryParameters>(OperatorKind.Binary, Parameters(BinaryFunction.Add, dims));
        }
        Assert.Equal(Run(0, 0, (35 * 19, 1, 1)), Run(gapA, gapY, (35, 19 + gapA, 19), (19, 1, 1)));
    }

    public static TheoryData<BinaryFunction> Functions() => [.. Enum.GetValues<BinaryFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Float_functions_broadcast_and_clamp(BinaryFunction function)
    {
        var random = new Random(11);
        float[] a = RandomValues.Floats(random, 6 * 7 * 23), b = RandomValues.Floats(random, 23);
        if (function == BinaryFunction.Pow) a = Array.ConvertAll(a, Math.Abs);
        using var harness = new OperatorHarness { Threads = 3 };
        harness.Tensor(a, [6, 7, 23]);
        harness.Tensor(b, [1, 1, 23]);
        harness.Output<float>([6, 7, 23]);
        BinaryParameters p = Parameters(function, (6, 161, 0), (7, 23, 0), (23, 1, 1));
        (p.MinFloat, p.MaxFloat) = (-0.75f, 0.8f);
        Check(function, a, i => b[i % 23], harness.Run<float, BinaryParameters>(OperatorKind.Binary, p));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Float_functions_take_any_strides(BinaryFunction function)
    {
        var random = new Random(12);
        float[] a = RandomValues.Floats(random, 13), b = RandomValues.Floats(random, 13 * 10);
        if (function == BinaryFunction.Pow) a = Array.ConvertAll(a, Math.Abs);
        using var harness = new OperatorHarness();
        harness.Tensor(a, [13]);
        harness.Tensor(b, [10, 13]);
        harness.Output<float>([13, 10]);
        // a repeats along the inner dimension, b is read transposed.
        BinaryParameters p = Parameters(function, (13, 1, 1), (10, 0, 13));
        (p.MinFloat, p.MaxFloat) = (-0.75f, 0.8f);
        float[] y = harness.Run<float, BinaryParameters>(OperatorKind.Binary, p);
        Check(function, [.. Enumerable.Range(0, 130).Select(i => a[i / 10])], i => b[i % 10 * 13 + i / 10], y);
    }

    private static void Check(BinaryFunction function, float[] a, Func<int, float> b, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            float expected = function switch
            {
                BinaryFunction.Add => a[i] + b(i),
                BinaryFunction.Sub => a[i] - b(i),
                BinaryFunction.Mul => a[i] * b(i),
                BinaryFunction.Div => a[i] / b(i),
                BinaryFunction.Min => MathF.Min(a[i], b(i)),
                BinaryFunction.Max => MathF.Max(a[i], b(i)),
                BinaryFunction.Pow => MathF.Pow(a[i], b(i)),
                _ => a[i] >= 0 ? a[i] : a[i] * b(i),
            };
            Assert.Equal(Math.Clamp(expected, -0.75f, 0.8f), y[i]);
        }
    }
}
