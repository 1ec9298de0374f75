namespace EdgeKit.Onnx.Passes;

/// <summary>Folds BatchNormalization into the Conv, ConvTranspose or Gemm before it. One that follows anything else stays.</summary>
internal static class FoldBatchNorm
{
    internal static int Run(Graph graph, IDictionary<string, BatchNormStatistics>? statistics)
    {
        int changed = 0;
        foreach (Node norm in graph.Nodes.ToArray())
        {
            if (!norm.Is("BatchNormalization") || AffineFolding.Producer(norm.Input(0)) is not { } linear) continue;
            if (Statistics(norm, AffineFolding.Channels(linear)) is not { } s) continue;

            double epsilon = norm.Attributes.Float("epsilon", 1e-5f);
            double[] scale = new double[s.Gamma.Length];
            double[] shift = new double[s.Gamma.Length];
            for (int c = 0; c < scale.Length; c++)
            {
                scale[c] = s.Gamma[c] / Math.Sqrt(s.Variance[c] + epsilon);
                shift[c] = s.Beta[c] - (s.Mean[c] * scale[c]);
            }
            if (!Rewrite.Bypass(norm, norm.Input(0))) continue;
            AffineFolding.Apply(linear, scale, shift);
            if (statistics is not null) statistics[linear.Name] = s;
            changed++;
        }
        return changed;
    }

    private static BatchNormStatistics? Statistics(Node norm, int channels)
    {
        float[][] inputs = new float[4][];
        for (int i = 0; i < 4; i++)
        {
            if (norm.ConstantInput(i + 1) is not { } t || t.Length != channels) return null;
            inputs[i] = t.ToFloats();
        }
        return new BatchNormStatistics(inputs[0], inputs[1], inputs[2], inputs[3]);
    }
}
