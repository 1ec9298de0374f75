using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>The integer weights of one layer.</summary>
/// <param name="Weight">int8, the float weight's shape.</param>
/// <param name="Axis">The axis of the weight that has one scale an index.</param>
/// <param name="Scales">One scale for each index along the axis, or one for all.</param>
/// <param name="Bias">Real bias, one an output channel; null where there is none.</param>
internal sealed record QuantizedLayer(Tensor Weight, int Axis, float[] Scales, float[]? Bias);
