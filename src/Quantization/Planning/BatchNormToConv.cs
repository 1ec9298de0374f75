using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// Turns batch normalisations that could not be folded into a layer (after Concat or Add) into 1x1 depthwise convolutions, for which INT8 has a form.
/// With one scale a channel, the only weight of a channel is stored exactly.
/// </summary>
internal static class BatchNormToConv
{
    private static readonly int[] s_one = [1, 1];

    /// <summary>Rewrites every batch normalisation of a feature map [N,C,H,W] with constant statistics.</summary>
    public static void Run(Graph graph)
    {
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("BatchNormalization") || node.Outputs.Count != 1 || node.Input(0).Shape is not { Length: 4 }) continue;
            if (Enumerable.Range(1, 4).Any(i => node.ConstantInput(i) is null)) continue;
            Rewrite(graph, node);
        }
        graph.RemoveDead();
    }

    private static void Rewrite(Graph graph, Node node)
    {
        float[] gamma = node.ConstantInput(1)!.ToFloats(), beta = node.ConstantInput(2)!.ToFloats();
        float[] mean = node.ConstantInput(3)!.ToFloats(), variance = node.ConstantInput(4)!.ToFloats();
        double epsilon = node.Attributes.Float("epsilon", 1e-5f);
        int channels = gamma.Length;
        float[] weights = new float[channels], bias = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double scale = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            weights[c] = (float)scale;
            bias[c] = (float)(beta[c] - mean[c] * scale);
        }
        Node conv = graph.InsertAfter(node, "Conv",
            [
                node.Input(0),
                graph.NewConstant(node.Name + "_weight", Tensor.Of(weights, channels, 1, 1, 1)),
                graph.NewConstant(node.Name + "_bias", Tensor.Of(bias, channels)),
            ], 1, node.Name + "_conv");
        conv.Attributes.Set("kernel_shape", s_one).Set("strides", s_one).Set("dilations", s_one)
            .Set("pads", new int[4]).Set("group", channels);
        conv.Output.Type = node.Output.Type;
        conv.Output.Shape = node.Output.Shape;
        graph.ReplaceUses(node.Output, conv.Output);
    }
}
