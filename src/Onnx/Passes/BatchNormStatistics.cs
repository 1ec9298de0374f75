namespace EdgeKit.Onnx;

/// <summary>
/// What a batch normalisation knew of its input, one entry a channel. After folding, the output of the convolution has mean <see cref="Beta"/> and standard
/// deviation |<see cref="Gamma"/>| over the training data, which quantization uses where it has no images.
/// </summary>
/// <param name="Gamma">Scale.</param>
/// <param name="Beta">Shift.</param>
/// <param name="Mean">Running mean of the convolution's output before folding.</param>
/// <param name="Variance">Running variance of the convolution's output before folding.</param>
public sealed record BatchNormStatistics(float[] Gamma, float[] Beta, float[] Mean, float[] Variance);
