using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class QuantizationParametersTests
{
    [Theory]
    [InlineData(0, 6, 0)]
    [InlineData(-1, 1, 128)]
    [InlineData(-3, 0, 255)]
    [InlineData(-0.1f, 10, 3)]
    [InlineData(2, 8, 0)]
    public void Zero_is_exact_and_both_ends_are_representable(float low, float high, int zeroPoint)
    {
        var p = QuantizationParameters.FromRange(new ValueRange(low, high), ActivationScheme.Asymmetric);
        Assert.Equal(ElementType.UInt8, p.Type);
        Assert.Equal(zeroPoint, p.ZeroPoint);
        Assert.Equal(0, p.Dequantize(p.Quantize(0)));
        Assert.Equal(low, p.Dequantize(p.Quantize(low)), 0.5001f * p.Scale);
        Assert.Equal(high, p.Dequantize(p.Quantize(high)), 0.5001f * p.Scale);
    }

    [Fact]
    public void After_a_clip_the_largest_integer_is_the_clips_bound()
    {
        var p = QuantizationParameters.FromRange(new ValueRange(0, 6), ActivationScheme.Asymmetric);
        Assert.Equal(6, p.Dequantize(255), 1e-6f);
    }

    [Fact]
    public void Sigmoid_and_tanh_get_powers_of_two()
    {
        Assert.Equal(new QuantizationParameters(1f / 256, 0, ElementType.UInt8), QuantizationParameters.FromRange(new(0, 255f / 256), ActivationScheme.Asymmetric));
        Assert.Equal(new QuantizationParameters(1f / 128, 128, ElementType.UInt8), QuantizationParameters.FromRange(new(-1, 127f / 128), ActivationScheme.Asymmetric));
    }

    [Fact]
    public void Symmetric_parameters_have_zero_point_0()
    {
        var p = QuantizationParameters.FromRange(new ValueRange(-2, 12.7f), ActivationScheme.Symmetric);
        Assert.Equal(new QuantizationParameters(0.1f, 0, ElementType.Int8), p);
    }

    [Theory]
    [InlineData(ActivationScheme.Asymmetric)]
    [InlineData(ActivationScheme.Symmetric)]
    public void A_tensor_of_zeros_gets_a_scale_that_can_be_divided_by(ActivationScheme scheme)
    {
        Assert.Equal(1, QuantizationParameters.FromRange(default, scheme).Scale);
        Assert.Equal(1, QuantizationParameters.FromRange(new ValueRange(0, float.Epsilon), scheme).Scale);
    }
}
