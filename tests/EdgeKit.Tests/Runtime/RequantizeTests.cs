using EdgeKit.Runtime.Kernels;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed class RequantizeTests
{
    [Theory]
    [InlineData(1, 0.5f, 0, 0)]
    [InlineData(3, 0.5f, 0, 2)]
    [InlineData(5, 0.5f, 0, 2)]
    [InlineData(-1, 0.5f, 0, 0)]
    [InlineData(-3, 0.5f, 0, -2)]
    [InlineData(-5, 0.5f, 0, -2)]
    [InlineData(3, 0.5f, 1, 3)]
    [InlineData(1, 0.5f, 1, 1)]
    [InlineData(int.MaxValue, 1f, -128, 127)]
    [InlineData(int.MinValue, 1f, 127, -128)]
    [InlineData(int.MaxValue, 3e38f, 0, 127)]
    [InlineData(255, 0.5f, 0, 127)]
    [InlineData(-257, 0.5f, 0, -128)]
    public void Rounds_half_to_even_before_the_zero_point_is_added(int accumulator, float scale, int zeroPoint, int expected) =>
        Assert.Equal(expected, Requantize.ToInt8(accumulator, scale, zeroPoint, -128, 127));

    [Fact]
    public void Equals_the_written_rule_in_double()
    {
        var random = new Random(6);
        for (int i = 0; i < 100_000; i++)
        {
            int accumulator = random.Next(-2_000_000_000, 2_000_000_000) >> random.Next(24), zeroPoint = random.Next(-128, 128);
            float scale = MathF.ScaleB(1 + random.NextSingle(), -random.Next(12));
            // A product of two binary32 numbers is exact in binary64; the cast rounds it once.
            float value = (float)((double)(float)accumulator * scale);
            double clamped = Math.Clamp((double)value, -128 - zeroPoint, 127 - zeroPoint);
            Assert.Equal((int)Math.Round(clamped, MidpointRounding.ToEven) + zeroPoint, Requantize.ToInt8(accumulator, scale, zeroPoint, -128, 127));
        }
    }
}
