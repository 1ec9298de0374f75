using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>Description of an operator of a loaded plan.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Name of the ONNX node it came from.</param>
/// <param name="Inputs">Tensor numbers of the inputs.</param>
/// <param name="Outputs">Tensor numbers of the outputs.</param>
/// <param name="Kernel">Name of the kernel that runs it; null for kinds without kernels.</param>
public sealed record OperatorInfo(OperatorKind Kind, string Name, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs, string? Kernel);
