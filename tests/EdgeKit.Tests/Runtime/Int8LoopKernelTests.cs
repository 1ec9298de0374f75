using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>The elementwise INT8 loops against scalar arithmetic, in every length up to some turns of the widest vectors, at a page that may not be touched.</summary>
public sealed unsafe class Int8LoopKernelTests
{
    private const int Longest = 300;

    [Fact]
    public void Table_lookups_are_those_of_the_table()
    {
        Random random = new(1);
        using GuardedBuffer x = new(Longest), y = new(Longest);
        sbyte[] table = Codes(random, 256);
        fixed (sbyte* entries = table)
        {
            for (int count = 0; count <= Longest; count++)
            {
                sbyte[] codes = Codes(random, count);
                codes.CopyTo(new Span<sbyte>(x.Last<sbyte>(count), count));
                RowLoops.Lookup(x.Last<sbyte>(count), y.Last<sbyte>(count), count, entries);
                Assert.Equal(Array.ConvertAll(codes, code => table[code + 128]), new Span<sbyte>(y.Last<sbyte>(count), count).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public void Sums_are_those_of_scalar_arithmetic(int strideA, int strideB) =>
        Check<Int8Sum>(strideA, strideB, (a, b, p) => MathF.FusedMultiplyAdd(a + 128, p.RatioA, MathF.FusedMultiplyAdd(b + 128, p.RatioB, p.Offset)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public void Products_are_those_of_scalar_arithmetic(int strideA, int strideB) =>
        Check<Int8Product>(strideA, strideB, (a, b, p) => (a - p.ZeroA) * (b - p.ZeroB) * p.RatioA + p.Offset);

    private static void Check<T>(int strideA, int strideB, Func<float, float, Int8Pair, float> scalar) where T : struct, IInt8Function
    {
        Random random = new(2);
        using GuardedBuffer a = new(2 * Longest), b = new(2 * Longest), y = new(Longest);
        // The last pair makes NaN of code −128, as no sane model does.
        Int8Pair[] pairs = [new(0.5f, 0.25f, 30, 3, -7), new(0.013f, 1.7f, -11.5f, 0, 0), new(float.PositiveInfinity, 1, 0, -128, 0)];
        for (int count = 1; count <= Longest; count++)
        {
            Int8Pair p = pairs[count % pairs.Length];
            int min = count % 2 == 0 ? -128 : -20, max = count % 5 == 0 ? 100 : 127;
            int lengthA = strideA * (count - 1) + 1, lengthB = strideB * (count - 1) + 1;
            sbyte[] codesA = Codes(random, lengthA), codesB = Codes(random, lengthB), expected = new sbyte[count];
            codesA[0] = -128;
            for (int i = 0; i < count; i++)
            {
                float value = float.Min(float.Max(scalar(codesA[i * strideA], codesB[i * strideB], p), min + 128), max + 128);
                expected[i] = (sbyte)((int)MathF.Round(value, MidpointRounding.ToEven) - 128);
            }
            codesA.CopyTo(new Span<sbyte>(a.Last<sbyte>(lengthA), lengthA));
            codesB.CopyTo(new Span<sbyte>(b.Last<sbyte>(lengthB), lengthB));
            Int8BinaryLoop.Run<T>(a.Last<sbyte>(lengthA), strideA, b.Last<sbyte>(lengthB), strideB, y.Last<sbyte>(count), count, p, min, max);
            Assert.Equal(expected, new Span<sbyte>(y.Last<sbyte>(count), count).ToArray());
        }
    }

    private static sbyte[] Codes(Random random, int count)
    {
        sbyte[] codes = new sbyte[count];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan()));
        return codes;
    }
}
