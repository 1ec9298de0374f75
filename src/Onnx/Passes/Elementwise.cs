using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Onnx.Passes;

/// <summary>Knowledge of elementwise operators.</summary>
internal static class Elementwise
{
    /// <summary>Whether the node computes every element of its output from the same element of its first input and constants of one element.</summary>
    internal static bool IsUnary(Node node) => node.Is("Clip") || PointwiseFunctions.Find(node) is not null;
}
