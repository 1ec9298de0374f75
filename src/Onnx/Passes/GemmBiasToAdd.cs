namespace EdgeKit.Onnx.Passes;

/// <summary>Adds a Gemm's bias behind it where it is not one number a column, which is all that kernels add.</summary>
internal static class GemmBiasToAdd
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("Gemm") || node.Optional(2) is not { } bias || IsPerColumn(node, bias.Dims)) continue;
            float beta = node.Attributes.Float("beta", 1);
            if (beta != 1)
            {
                if (bias.Constant is not { Type: ElementType.Float } constant) continue;
                bias = graph.NewConstant($"{bias.Name}_scaled", Tensor.Of(Array.ConvertAll(constant.ToFloats(), v => v * beta), constant.Shape));
            }
            Node product = graph.InsertBefore(node, "Gemm", [node.Input(0), node.Input(1)]);
            foreach ((string name, object value) in node.Attributes.Entries)
                if (name != "beta") product.Attributes.Set(name, value);
            (product.Output.Type, product.Output.Shape) = (node.Output.Type, node.Output.Shape);
            graph.Replace(node, "Add", [product.Output, bias]);
            changed++;
        }
        return changed;
    }

    private static bool IsPerColumn(Node gemm, int[] bias)
    {
        int columns = gemm.Input(1).Dims[gemm.Attributes.Int("transB", 0) != 0 ? 0 : 1], count = Tensor.ElementCount(bias);
        return count == 1 || (bias[^1] == columns && count == columns);
    }
}
