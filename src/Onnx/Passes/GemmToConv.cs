namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Turns fully connected layers that lie between a Flatten of a 1x1 map and a Reshape back to a 1x1 map into 1x1 convolutions, as in squeeze-and-excite
/// blocks: all blocks then have one form.
/// </summary>
internal static class GemmToConv
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node back in graph.Nodes.ToArray())
        {
            if (!MergeReshapes.IsView(back) || back.Output.Shape is not [_, _, 1, 1] || back.Input(0).Shape is not { Length: 2 }) continue;
            if (Chain(back) is not { } chain) continue;
            Value value = chain[0].Input(0).Producer!.Input(0);
            foreach (Node node in chain)
            {
                value = node.Is("Gemm") ? ToConv(node, value) : Rewire(node, value);
                changed++;
            }
            Rewrite.Bypass(back, value);
        }
        return changed;
    }

    /// <summary>Gemm and elementwise nodes from the Flatten to <paramref name="back"/>, in order of computation; null where there is anything else.</summary>
    private static List<Node>? Chain(Node back)
    {
        var chain = new List<Node>();
        Node? node = Rewrite.OnlyProducer(back.Input(0));
        while (node is not null && !MergeReshapes.IsView(node))
        {
            bool gemm = node.Is("Gemm") && AffineFolding.Producer(node.Output) == node && node.Attributes.Int("transA", 0) == 0;
            if (!gemm && !Elementwise.IsUnary(node)) return null;
            chain.Insert(0, node);
            // The Flatten itself may have other readers; all between may not.
            Value input = node.Input(0);
            node = input.Producer is { } p && MergeReshapes.IsView(p) ? p : Rewrite.OnlyProducer(input);
        }
        bool fromMap = node?.Input(0).Shape is [_, _, 1, 1] && node.Output.Shape is { Length: 2 };
        return fromMap && chain.Exists(static n => n.Is("Gemm")) ? chain : null;
    }

    private static Value Rewire(Node node, Value input)
    {
        node.SetInput(0, input);
        node.Output.Shape = input.Shape;
        return node.Output;
    }

    private static Value ToConv(Node gemm, Value input)
    {
        Graph graph = gemm.Graph;
        Tensor weights = gemm.ConstantInput(1)!;
        bool transposed = gemm.Attributes.Int("transB", 0) == 1;
        int outputs = AffineFolding.Channels(gemm);
        int inputs = weights.Length / outputs;
        float alpha = gemm.Attributes.Float("alpha", 1);
        float beta = gemm.Attributes.Float("beta", 1);
        float[] from = weights.ToFloats();
        float[] to = new float[from.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++) to[(o * inputs) + i] = alpha * from[transposed ? (o * inputs) + i : (i * outputs) + o];
        }
        Value kernel = graph.NewConstant(gemm.Input(1).Name, Tensor.Of(to, outputs, inputs, 1, 1));
        Value? bias = Rewrite.PerChannel(gemm.ConstantInput(2), 2, outputs) is { } b
            ? graph.NewConstant(gemm.Input(2).Name, Tensor.Of(Array.ConvertAll(b, v => (float)(v * beta)), outputs))
            : null;
        Node conv = graph.Replace(gemm, "Conv", bias is null ? [input, kernel] : [input, kernel, bias]);
        conv.Attributes.SetConv(kernel: 1, stride: 1, pad: 0, group: 1);
        conv.Output.Shape = [input.Shape![0], outputs, 1, 1];
        return conv.Output;
    }
}
