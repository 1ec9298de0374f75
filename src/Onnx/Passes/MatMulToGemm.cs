namespace EdgeKit.Onnx.Passes;

/// <summary>Writes MatMul of a matrix with a constant matrix as Gemm, so that the bias behind it can join.</summary>
internal static class MatMulToGemm
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("MatMul") || node.Input(0).Shape is not { Length: 2 } || node.Input(0).IsConstant) continue;
            if (node.ConstantInput(1) is not { Rank: 2, Type: ElementType.Float }) continue;
            graph.Replace(node, "Gemm", node.Inputs);
            changed++;
        }
        return changed;
    }
}
