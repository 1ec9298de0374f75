using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Reporting;

/// <summary>A tensor of the INT8 plan that stands for a value of the float graph.</summary>
/// <param name="Name">Name of the value in the float graph.</param>
/// <param name="Tensor">Number of the tensor in the plan.</param>
/// <param name="Info">Its description.</param>
/// <param name="Writers">Numbers of the operators that compute it, in order: none for an input, several where each copies a part.</param>
/// <param name="Operator">Name of the last of them; null for an input.</param>
internal sealed record TensorPair(string Name, int Tensor, TensorInfo Info, IReadOnlyList<int> Writers, string? Operator)
{
    /// <summary>The operator after which the tensor is complete; -1 for an input.</summary>
    public int Completed => Writers.Count == 0 ? -1 : Writers[^1];

    /// <summary>Channels of a feature map or a vector, in the model's order the second dimension.</summary>
    public int Channels { get; } = Info.Dims.Length >= 2 ? Info.LogicalDims[1] : 1;

    /// <summary>Elements of a channel that lie side by side in the model's order.</summary>
    public int Inner { get; } = Info.LogicalDims.Skip(2).Aggregate(1, static (a, b) => a * b);

    /// <summary>The real values that the least and the greatest integer stand for, and the step; null for a float tensor.</summary>
    public (double Low, double High, double Step)? Range => Info.Type == PlanType.Int8
        ? ((sbyte.MinValue - Info.ZeroPoint) * (double)Info.Scale, (sbyte.MaxValue - Info.ZeroPoint) * (double)Info.Scale, Info.Scale)
        : null;

    /// <summary>Whether the tensor can be set: a view's elements lie among those of others.</summary>
    public bool IsDense => Info.PixelStride == Info.Channels;
}
