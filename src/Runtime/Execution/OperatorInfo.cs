using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>Description of an operator of a loaded plan.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Name of the ONNX node it came from.</param>
/// <param name="Inputs">Tensor numbers of the inputs.</param>
/// <param name="Outputs">Tensor numbers of the outputs.</param>
/// <param name="Kernel">Name of the kernel that runs it; null for kinds without kernels.</param>
/// <param name="Macs">Multiply-accumulates of one run, padding counted; 0 for kinds that are not made of them.</param>
/// <param name="Bytes">Bytes of the inputs, weights and outputs, each counted once.</param>
/// <param name="Band">Operators, from this one on, that one thread runs interleaved in bands of rows; 0 for none.</param>
/// <param name="Window">What convolutions and pools slide over their input; null for other kinds.</param>
public sealed record OperatorInfo(OperatorKind Kind, string Name, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs, string? Kernel, long Macs, long Bytes, int Band, OperatorWindow? Window);

/// <summary>The window of a convolution or a pool.</summary>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Stride">Horizontal stride.</param>
/// <param name="Groups">Groups of channels; 1 for pools.</param>
public sealed record OperatorWindow(int Height, int Width, int Stride, int Groups);
