using EdgeKit.Onnx.Passes;
using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>
/// Stacked dilated convolutions whose taps together leave gaps: neighbouring outputs then see different pixels (Wang et al., "Understanding Convolution
/// for Semantic Segmentation", 2018, hybrid dilated convolution).
/// </summary>
internal sealed class GriddingRule : ILintRule
{
    public string Name => "gridding";

    public IEnumerable<LintFinding> Find(LintContext context)
    {
        foreach (Node node in context.Graph.Nodes.Where(static n => IsDilated(n)))
        {
            // The end of a stack speaks for all of it.
            if (Next(node) is { } next && IsStacked(next)) continue;
            List<Node> stack = [node];
            while (Previous(stack[^1]) is { } before && IsStacked(before)) stack.Add(before);
            if (stack.Count(IsDilated) < 2) continue;
            stack.Reverse();
            for (int axis = 0; axis < 2; axis++)
            {
                (int touched, int span) = Coverage(stack.Select(n => (Kernel(n)[axis], Dilation(n, axis))));
                if (touched == span) continue;
                yield return new LintFinding(Name, node.Name,
                    $"the dilations {string.Join(", ", stack.Select(n => Dilation(n, axis)))} of the {stack.Count} convolutions that end here reach {touched} of {span} positions {(axis == 0 ? "down" : "across")}",
                    "dilations without a common factor, such as 1, 2, 5");
                break;
            }
        }
    }

    /// <summary>How many positions a stack of kernels reads, of how many that lie between the first and the last.</summary>
    internal static (int Touched, int Span) Coverage(IEnumerable<(int Kernel, int Dilation)> stack)
    {
        HashSet<int> offsets = [0];
        foreach ((int kernel, int dilation) in stack)
            offsets = [.. offsets.SelectMany(o => Enumerable.Range(0, kernel).Select(tap => o + tap * dilation))];
        return (offsets.Count, offsets.Max() - offsets.Min() + 1);
    }

    private static bool IsStacked(Node node) => node.Is("Conv") && node.Input(1).Dims.Length == 4 && Window.Read(node, Kernel(node)).Strides.All(static s => s == 1);

    private static bool IsDilated(Node node) => IsStacked(node) && Enumerable.Range(0, 2).Any(axis => Dilation(node, axis) > 1 && Kernel(node)[axis] > 1);

    private static int[] Kernel(Node node) => node.Input(1).Dims[2..];

    private static int Dilation(Node node, int axis) => Window.Read(node, Kernel(node)).Dilations[axis];

    /// <summary>The convolution that reads a node's output through nothing but functions of one value, and nothing else reads it.</summary>
    private static Node? Next(Node node)
    {
        while (node.Output.Consumers is [var reader])
        {
            if (reader.Is("Conv")) return reader;
            if (!IsPointwise(reader)) return null;
            node = reader;
        }
        return null;
    }

    private static Node? Previous(Node node)
    {
        while (node.Input(0).Producer is { } producer && node.Input(0).Consumers.Count == 1)
        {
            if (producer.Is("Conv")) return producer;
            if (!IsPointwise(producer)) return null;
            node = producer;
        }
        return null;
    }

    private static bool IsPointwise(Node node) =>
        Elementwise.IsUnary(node) || node.OpType is "PRelu" or "BatchNormalization" or "QuantizeLinear" or "DequantizeLinear";
}
