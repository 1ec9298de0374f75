using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class WeightQuantizerTests
{
    [Fact]
    public void Each_channel_uses_the_whole_range()
    {
        Tensor weight = Tensor.Of([1f, -2, 0.5f, 30, 10, -20], 2, 3);
        Quantized q = Quantize(weight, 0, null, 1);
        Assert.Equal([2f / 127, 30f / 127], q.Scales);
        Assert.Equal(new sbyte[] { 64, -127, 32, 127, 42, -85 }, q.Weight.AsSpan<sbyte>().ToArray());
        Assert.Null(q.Bias);
    }

    [Fact]
    public void The_channel_axis_may_be_an_inner_one()
    {
        Tensor weight = Tensor.Of([1f, -20, 3, 40, 5, -60], 3, 2, 1, 1);
        Quantized q = Quantize(weight, 1, null, 1);
        Assert.Equal([5f / 127, 60f / 127], q.Scales);
        Assert.Equal(new sbyte[] { 25, -42, 76, 85, 127, -127 }, q.Weight.AsSpan<sbyte>().ToArray());
    }

    [Fact]
    public void A_dead_channel_gets_a_floor_and_a_dead_layer_scale_1()
    {
        Quantized q = Quantize(Tensor.Of([127f, 0, 1e-30f], 3, 1), 0, null, 1);
        Assert.Equal([1f, 1e-4f, 1e-4f], q.Scales);
        Assert.Equal(new sbyte[] { 127, 0, 0 }, q.Weight.AsSpan<sbyte>().ToArray());
        Assert.Equal([1f, 1f], Quantize(Tensor.Of(new float[4], 2, 2), 0, null, 1).Scales);
    }

    [Fact]
    public void A_bias_is_stored_at_the_scale_of_the_products()
    {
        Quantized q = Quantize(Tensor.Of([127f, 12.7f], 2, 1), 0, Tensor.Of([10f, -0.5f], 2), 0.25f);
        Assert.Equal([0.25f, 0.025f], q.BiasScales);
        Assert.Equal(new[] { 40, -20 }, q.Bias);
    }

    [Fact]
    public void A_bias_too_large_for_int32_raises_its_channels_weight_scale_only()
    {
        Tensor weight = Tensor.Of([1f, 1e-3f], 2, 1);
        const float InputScale = 1e-4f;
        Quantized q = Quantize(weight, 0, Tensor.Of([3f, 50_000f], 2), InputScale);
        Assert.Equal(1f / 127, q.Scales[0]);
        Assert.True(q.Scales[1] > 1e-3f / 127);
        int stored = q.Bias![1];
        Assert.InRange(stored, 1, WeightQuantizer.BiasLimit);
        Assert.Equal(50_000, stored * (double)q.BiasScales[1], 0.01);
    }

    [Fact]
    public void A_grouped_transposed_convolution_reuses_its_scales_for_every_group()
    {
        // Two groups of one output channel share the one scale along axis 1.
        Quantized q = Quantize(Tensor.Of([127f, 1, 2, 3], 4, 1, 1, 1), 1, Tensor.Of([5f, 7f], 2), 1);
        Assert.Equal([1f], q.Scales);
        Assert.Equal([1f, 1f], q.BiasScales);
        Assert.Equal(new[] { 5, 7 }, q.Bias);
    }

    [Fact]
    public void Per_tensor_there_is_one_scale_for_all_channels()
    {
        Tensor weight = Tensor.Of([1f, -2, 0.5f, 127, 10, -20], 2, 3);
        float[] scales = WeightQuantizer.Scales(weight, 0, WeightGranularity.PerTensor, null, 1);
        Assert.Equal([1f], scales);
        Assert.Equal(new sbyte[] { 1, -2, 0, 127, 10, -20 }, WeightQuantizer.Round(weight, 0, scales).AsSpan<sbyte>().ToArray());
        (int[] codes, float[] biasScales) = WeightQuantizer.Bias([3, 4], scales, 0.5f);
        Assert.Equal([6, 8], codes);
        Assert.Equal([0.5f, 0.5f], biasScales);
    }

    private sealed record Quantized(Tensor Weight, float[] Scales, int[]? Bias, float[] BiasScales);

    private static Quantized Quantize(Tensor weight, int axis, Tensor? bias, float inputScale)
    {
        float[]? real = bias?.ToFloats();
        float[] scales = WeightQuantizer.Scales(weight, axis, WeightGranularity.PerChannel, real, inputScale);
        (int[]? codes, float[] biasScales) = real is null ? (null, []) : WeightQuantizer.Bias(real, scales, inputScale);
        return new Quantized(WeightQuantizer.Round(weight, axis, scales), scales, codes, biasScales);
    }
}
