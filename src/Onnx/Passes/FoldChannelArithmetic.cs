namespace EdgeKit.Onnx.Passes;

/// <summary>Folds Add, Sub, Mul and Div by a constant, one number a channel, into the Conv, ConvTranspose or Gemm before it.</summary>
internal static class FoldChannelArithmetic
{
    internal static int Run(Graph graph, IDictionary<string, BatchNormStatistics>? statistics)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Domain.Length > 0 || node.OpType is not ("Add" or "Sub" or "Mul" or "Div")) continue;
            int constantAt = node.ConstantInput(1) is not null ? 1 : 0;
            if (AffineFolding.Producer(node.Optional(1 - constantAt)) is not { } linear) continue;
            int channels = AffineFolding.Channels(linear);
            if (Rewrite.PerChannel(node.ConstantInput(constantAt), AffineFolding.Rank(linear), channels) is not { } constant) continue;

            double[] scale = new double[channels];
            double[] shift = new double[channels];
            Array.Fill(scale, 1);
            switch (node.OpType)
            {
                case "Add":
                    shift = constant;
                    break;
                case "Sub" when constantAt == 1:
                    shift = Array.ConvertAll(constant, static v => -v);
                    break;
                case "Sub":
                    Array.Fill(scale, -1);
                    shift = constant;
                    break;
                case "Mul":
                    scale = constant;
                    break;
                case "Div" when constantAt == 1 && !Array.Exists(constant, static v => v == 0):
                    scale = Array.ConvertAll(constant, static v => 1 / v);
                    break;
                default:
                    continue;
            }
            if (!Rewrite.Bypass(node, linear.Output)) continue;
            AffineFolding.Apply(linear, scale, shift);
            if (statistics is not null && statistics.TryGetValue(linear.Name, out BatchNormStatistics? s)) statistics[linear.Name] = Moved(s, scale, shift);
            changed++;
        }
        return changed;
    }

    /// <summary>What the statistics say of the output once it is scaled and shifted.</summary>
    private static BatchNormStatistics Moved(BatchNormStatistics s, double[] scale, double[] shift) => s with
    {
        Gamma = [.. s.Gamma.Zip(scale, static (g, by) => (float)(g * by))],
        Beta = [.. s.Beta.Select((b, c) => (float)((b * scale[c]) + shift[c]))],
    };
}
