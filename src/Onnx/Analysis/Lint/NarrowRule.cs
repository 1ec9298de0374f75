namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>A convolution with so few output channels that more than half of a kernel's tile is empty.</summary>
internal sealed class NarrowRule : ILintRule
{
    /// <summary>Output channels of the INT8 kernels' tiles.</summary>
    private const int Tile = 16;

    public string Name => "narrow";

    public IEnumerable<LintFinding> Find(LintContext context)
    {
        foreach (Node node in context.Graph.Nodes.Where(static n => n.Is("Conv") && n.Attributes.Int("group", 1) == 1))
        {
            int[] output = node.Output.Dims;
            // Vectors, as in squeeze-and-excitation, cost nothing; what the model is asked for cannot be wider.
            if (output.Length != 4 || output[1] >= Tile / 2 || output[2] * output[3] == 1 || EndsInOutput(node.Output)) continue;
            yield return new LintFinding(Name, node.Name,
                $"{output[1]} output channels: as dear as {Tile} in kernels whose tiles hold {Tile}",
                $"{Tile / 2} or {Tile} channels, or none of this layer");
        }
    }

    /// <summary>Whether a value comes out with nothing learned behind it.</summary>
    private static bool EndsInOutput(Value value)
    {
        var seen = new HashSet<Value>();
        var open = new Stack<Value>([value]);
        while (open.TryPop(out Value? v))
        {
            if (!seen.Add(v)) continue;
            if (v.Consumers.Any(static n => n.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul")) return false;
            foreach (Node reader in v.Consumers)
                foreach (Value output in reader.Outputs) open.Push(output);
        }
        return true;
    }
}
