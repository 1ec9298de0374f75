using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Tables, quantization and dequantization.</summary>
public sealed class Int8OperatorTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(3, 5, 1)]
    [InlineData(0, 0, 3)]
    public void Table_maps_codes(int gap, int outGap, int threads)
    {
        sbyte[] x = RandomValues.Bytes(new Random(13), 50 * 31 * 37), table = RandomValues.Bytes(new Random(14), 256);
        using var harness = new OperatorHarness { Threads = threads };
        harness.Tensor(x, [1, 50, 31, 37], gap: gap);
        harness.Tensor(table, [256]);
        harness.Output<sbyte>([1, 50, 31, 37], gap: outGap);
        Assert.Equal(Array.ConvertAll(x, q => table[q + 128]), harness.Run<sbyte, int>(OperatorKind.Table, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Table_of_each_channel_maps_codes(int gap)
    {
        const int channels = 5;
        sbyte[] x = RandomValues.Bytes(new Random(15), 40 * channels), table = RandomValues.Bytes(new Random(16), 256 * channels);
        using var harness = new OperatorHarness();
        harness.Tensor(x, [1, 4, 10, channels], gap: gap);
        harness.Tensor(table, [channels, 256]);
        harness.Output<sbyte>([1, 4, 10, channels]);
        sbyte[] y = harness.Run<sbyte, int>(OperatorKind.Table, 0);
        for (int i = 0; i < y.Length; i++) Assert.Equal(table[i % channels * 256 + x[i] + 128], y[i]);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 8)]
    [InlineData(0, 19)]
    public void Tables_that_channels_share_map_codes(int gap, int channels)
    {
        const int tables = 3;
        sbyte[] x = RandomValues.Bytes(new Random(15), 40 * channels), table = RandomValues.Bytes(new Random(16), 256 * tables);
        int[] of = [.. Enumerable.Range(0, channels).Select(static c => c * 7 % tables)];
        using var harness = new OperatorHarness();
        harness.Tensor(x, [1, 4, 10, channels], gap: gap);
        harness.Tensor(table, [tables, 256]);
        harness.Tensor(of, [channels]);
        harness.Output<sbyte>([1, 4, 10, channels]);
        sbyte[] y = harness.Run<sbyte, int>(OperatorKind.Table, 0);
        for (int i = 0; i < y.Length; i++) Assert.Equal(table[of[i % channels] * 256 + x[i] + 128], y[i]);
    }

    [Theory]
    [InlineData(0.5f, 0, 0, 1)]
    [InlineData(0.1f, -128, 3, 1)]
    [InlineData(0.003f, 55, 0, 2)]
    public void Quantize_rounds_half_to_even_and_saturates(float scale, int zeroPoint, int gap, int threads)
    {
        float[] x = [.. RandomValues.Floats(new Random(17), 20_000), 0.25f, 0.75f, -0.25f, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, 1.25f, 63.75f, -64.25f];
        x = [.. x, .. new float[3 - x.Length % 3]];
        int[] dims = [x.Length / 3, 3];
        using var harness = new OperatorHarness { Threads = threads };
        harness.Tensor(x, dims, gap: gap);
        harness.Output<sbyte>(dims, scale, zeroPoint, gap);
        sbyte[] y = harness.Run<sbyte, int>(OperatorKind.Quantize, 0);
        for (int i = 0; i < y.Length; i++)
            Assert.Equal((int)Math.Clamp(Math.Round((double)(x[i] / scale), MidpointRounding.ToEven) + zeroPoint, -128, 127), y[i]);
    }

    [Fact]
    public void Quantized_NaN_is_the_zero_point()
    {
        using var harness = new OperatorHarness();
        harness.Tensor([float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], [5]);
        harness.Output<sbyte>([5], 0.1f, 17);
        Assert.All(harness.Run<sbyte, int>(OperatorKind.Quantize, 0), static q => Assert.Equal(17, q));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Dequantize_is_one_multiplication(int gap)
    {
        sbyte[] q = [.. Enumerable.Range(-128, 256).Select(static v => (sbyte)v), 1, 2];
        using var harness = new OperatorHarness();
        harness.Tensor(q, [43, 6], 0.0371f, -5, gap);
        harness.Output<float>([43, 6], gap: gap);
        Assert.Equal(Array.ConvertAll(q, static v => (v + 5) * 0.0371f), harness.Run<float, int>(OperatorKind.Dequantize, 0));
    }
}
