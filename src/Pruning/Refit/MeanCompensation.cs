using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Refit;

/// <summary>
/// What a removed channel gave to a layer on average goes into the layer's bias: <c>b[o] += Σ_c Σ_t w[o, c, t] · mean(x_c)</c>. A channel that is nearly constant,
/// however large, then costs nothing. Exact for the mean but for positions at the border, where padding takes some taps.
/// </summary>
internal static class MeanCompensation
{
    /// <summary>Changes the biases of <paramref name="pruned"/>.</summary>
    /// <param name="identities">The channels of the original graph.</param>
    /// <param name="removed">The groups that were removed.</param>
    /// <param name="pruned">The graph without them.</param>
    /// <param name="pictures">Inputs to measure the means on, NCHW.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static void Apply(ChannelIdentities identities, IReadOnlySet<int> removed, Graph pruned, IEnumerable<Tensor> pictures, CancellationToken cancellation)
    {
        WeightAxis[] consumers = [.. identities.WeightAxes.Where(w => w is { IsWeights: true, Role: ChannelRole.Consumer } && !w.Node.Is("MatMul") && w.Channels.Any(removed.Contains))];
        string[] inputs = [.. consumers.Select(static w => w.Node.Input(0).Name).Distinct()];
        if (inputs.Length == 0) return;
        Dictionary<string, double[]> means = ChannelMeans.Of(consumers[0].Node.Graph, inputs, pictures, cancellation);
        var nodes = pruned.Nodes.ToDictionary(static n => n.Name);
        foreach (WeightAxis columns in consumers)
        {
            WeightAxis rows = identities.WeightAxes.Single(w => w.Node == columns.Node && w is { IsWeights: true, Role: ChannelRole.Producer });
            double[] gift = new double[rows.Channels.Length], mean = means[columns.Node.Input(0).Name];
            ReadOnlySpan<float> weights = columns.Tensor.AsSpan<float>();
            for (int k = 0; k < weights.Length; k++)
            {
                int channel = columns.IndexOf(k);
                if (removed.Contains(columns.Channels[channel])) gift[rows.IndexOf(k)] += weights[k] * mean[channel];
            }
            double[] kept = [.. gift.Where((_, o) => !removed.Contains(rows.Channels[o]))];
            Node node = nodes[columns.Node.Name];
            float[] bias = node.ConstantInput(2)?.ToFloats() ?? new float[kept.Length];
            for (int o = 0; o < bias.Length; o++) bias[o] += (float)kept[o];
            node.SetInput(2, pruned.NewConstant($"{node.Name}_bias", Tensor.Of(bias, bias.Length)));
        }
        pruned.RemoveDead();
    }
}
