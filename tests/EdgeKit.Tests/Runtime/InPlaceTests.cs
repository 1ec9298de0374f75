using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Elementwise operators that write over an operand: plans made by the compiler do that.</summary>
public sealed unsafe class InPlaceTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(1, 70), 4095, 4096, 4097, 20_001];

    [Theory]
    [InlineData(BinaryFunction.Add, true)]
    [InlineData(BinaryFunction.Sub, false)]
    [InlineData(BinaryFunction.Mul, true)]
    [InlineData(BinaryFunction.Mul, false)]
    public void Int8_binary(BinaryFunction function, bool overFirst)
    {
        foreach (int length in Lengths)
        {
            sbyte[] a = RandomValues.Bytes(new Random(1), length), b = RandomValues.Bytes(new Random(2), length);
            sbyte[] Run(bool inPlace)
            {
                using var harness = new OperatorHarness { Threads = 2 };
                int first = harness.Tensor(a, [length], 0.1f, 4), second = harness.Tensor(b, [length], 0.03f, -60);
                if (inPlace) harness.Over(overFirst ? first : second, 0.09f, 10);
                else harness.Output<sbyte>([length], 0.09f, 10);
                return harness.Run<sbyte, BinaryParameters>(OperatorKind.Binary, Parameters(function, length, 1));
            }
            Assert.Equal(Run(false), Run(true));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void Int8_gate(int channels)
    {
        const int positions = 40;
        sbyte[] a = RandomValues.Bytes(new Random(3), positions * channels), b = RandomValues.Bytes(new Random(4), channels);
        sbyte[] Run(bool inPlace)
        {
            using var harness = new OperatorHarness();
            int first = harness.Tensor(a, [positions, channels], 0.1f, 4);
            harness.Tensor(b, [1, channels], 0.03f, -60);
            if (inPlace) harness.Over(first, 0.09f, 10);
            else harness.Output<sbyte>([positions, channels], 0.09f, 10);
            BinaryParameters p = Parameters(BinaryFunction.Mul, positions, channels);
            (p.Rank, p.Dims[1], p.StrideA[1], p.StrideB[0], p.StrideB[1]) = (2, channels, 1, 0, 1);
            return harness.Run<sbyte, BinaryParameters>(OperatorKind.Binary, p);
        }
        Assert.Equal(Run(false), Run(true));
    }

    [Fact]
    public void Float_binary_unary_and_softmax()
    {
        foreach (int length in Lengths)
        {
            float[] a = RandomValues.Floats(new Random(5), length), b = RandomValues.Floats(new Random(6), length);
            float[] Binary(bool inPlace)
            {
                using var harness = new OperatorHarness();
                int first = harness.Tensor(a, [length]);
                harness.Tensor(b, [length]);
                if (inPlace) harness.Over(first);
                else harness.Output<float>([length]);
                return harness.Run<float, BinaryParameters>(OperatorKind.Binary, Parameters(BinaryFunction.Mul, length, 1));
            }
            float[] Unary(bool inPlace)
            {
                using var harness = new OperatorHarness();
                int first = harness.Tensor(a, [length]);
                if (inPlace) harness.Over(first);
                else harness.Output<float>([length]);
                return harness.Run<float, UnaryParameters>(OperatorKind.Unary, new UnaryParameters { Function = UnaryFunction.HardSwish });
            }
            float[] Softmax(bool inPlace, int inner)
            {
                using var harness = new OperatorHarness();
                int first = harness.Tensor(a, [length]);
                if (inPlace) harness.Over(first);
                else harness.Output<float>([length]);
                return harness.Run<float, AxisParameters>(OperatorKind.Softmax, new AxisParameters { Outer = 1, Extent = length / inner, Inner = inner });
            }
            Assert.Equal(Binary(false), Binary(true));
            Assert.Equal(Unary(false), Unary(true));
            Assert.Equal(Softmax(false, 1), Softmax(true, 1));
            Assert.Equal(Softmax(false, length), Softmax(true, length));
        }
    }

    [Fact]
    public void Table()
    {
        sbyte[] table = RandomValues.Bytes(new Random(7), 256);
        foreach (int length in Lengths)
        {
            sbyte[] x = RandomValues.Bytes(new Random(8), length);
            sbyte[] Run(bool inPlace)
            {
                using var harness = new OperatorHarness();
                int first = harness.Tensor(x, [length], 0.1f, 4);
                harness.Tensor(table, [256], 1);
                if (inPlace) harness.Over(first, 0.09f, 10);
                else harness.Output<sbyte>([length], 0.09f, 10);
                return harness.Run<sbyte, int>(OperatorKind.Table, 0);
            }
            Assert.Equal(Run(false), Run(true));
        }
    }

    private static BinaryParameters Parameters(BinaryFunction function, int length, int step)
    {
        BinaryParameters p = default;
        (p.Function, p.Rank, p.Dims[0], p.StrideA[0], p.StrideB[0]) = (function, 1, length, step, step);
        (p.MinInt8, p.MaxInt8, p.MinFloat, p.MaxFloat) = (-128, 127, float.NegativeInfinity, float.PositiveInfinity);
        return p;
    }
}
