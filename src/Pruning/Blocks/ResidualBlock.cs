using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Blocks;

/// <summary>A part of a graph that an addition puts on top of its own input: without it, the input goes on as it is.</summary>
/// <param name="Sum">The addition.</param>
/// <param name="Branch">Which of its inputs the block computes; the other one is the block's own input.</param>
internal sealed record ResidualBlock(Node Sum, int Branch)
{
    /// <summary>Name, that of the addition.</summary>
    public string Name => Sum.Name;

    /// <summary>What the block adds.</summary>
    public Value Added => Sum.Input(Branch);

    /// <summary>What the block reads, and the shortcut leads past it.</summary>
    public Value Shortcut => Sum.Input(1 - Branch);

    /// <summary>All blocks of a graph with known shapes, in order.</summary>
    public static ResidualBlock[] Of(Graph graph) => [.. graph.Nodes.Where(static n => n.Is("Add") && n.Inputs.Count == 2)
        .SelectMany(static n => new[] { new ResidualBlock(n, 0), new ResidualBlock(n, 1) }).Where(static b => b.IsRemovable())];

    /// <summary>A copy of the graph without the block.</summary>
    /// <param name="means">What the block adds on average, a number a channel, which still is; null for nothing.</param>
    public Graph Remove(IReadOnlyList<double>? means)
    {
        Graph copy = Sum.Graph.Clone();
        Node sum = copy.Nodes.First(n => n.Name == Name);
        if (means is null || means.All(static m => m == 0))
        {
            copy.ReplaceUses(sum.Output, sum.Input(1 - Branch));
        }
        else
        {
            int[] shape = [.. Enumerable.Repeat(1, Added.Dims.Length)];
            shape[1] = means.Count;
            sum.SetInput(Branch, copy.NewConstant(Name + "_mean", Tensor.Of([.. means.Select(static m => (float)m)], shape)));
        }
        copy.RemoveDead();
        // Where a layer comes before, the means go into its bias.
        Declutter.Run(copy);
        ShapeInference.Run(copy);
        return copy;
    }

    private bool IsRemovable()
    {
        if (Added.Producer is null || Shortcut.IsConstant || Added.Dims.Length < 2 || !Added.Dims.SequenceEqual(Shortcut.Dims)) return false;
        var inside = new HashSet<Node>();
        if (!Reaches(Added, inside)) return false;
        bool layers = inside.Any(static n => n.OpType is "Conv" or "Gemm" or "MatMul" or "ConvTranspose");
        return layers && inside.All(n => n.Outputs.All(v => !n.Graph.IsOutput(v) && v.Consumers.All(c => c == Sum || inside.Contains(c))));
    }

    // Whether a value is computed from the shortcut's and constants alone; collects the nodes.
    private bool Reaches(Value value, HashSet<Node> inside)
    {
        if (value == Shortcut || value.IsConstant) return true;
        if (value.Producer is not { } node) return false;
        return !inside.Add(node) || node.Inputs.All(v => v is null || Reaches(v, inside));
    }
}
