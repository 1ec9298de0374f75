using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// How far a filter is from the others of its layer (He et al., "Filter Pruning via Geometric Median", 2019): the sum of the Euclidean distances to all of them, as a share of
/// the layer's total, over the layers that compute a channel. A filter in the middle of the others can be told from them.
/// </summary>
public sealed class GeometricMedianScore : IChannelScore
{
    /// <inheritdoc/>
    public string Name => "fpgm";

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default)
    {
        var shares = new LayerShares(identities);
        foreach (WeightAxis axis in identities.WeightAxes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (axis is { IsWeights: true, Role: ChannelRole.Producer }) shares.Add(axis.Channels, Distances(axis));
        }
        return shares.Scores;
    }

    private static double[] Distances(WeightAxis axis)
    {
        float[] weights = axis.Tensor.ToFloats();
        int count = axis.Channels.Length, length = weights.Length / count;
        double[][] filters = [.. Enumerable.Range(0, count).Select(_ => new double[length])];
        int[] filled = new int[count];
        for (int k = 0; k < weights.Length; k++)
        {
            int channel = axis.IndexOf(k);
            filters[channel][filled[channel]++] = weights[k];
        }
        double[] distances = new double[count];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < a; b++)
            {
                double square = 0;
                for (int i = 0; i < length; i++) square += (filters[a][i] - filters[b][i]) * (filters[a][i] - filters[b][i]);
                distances[a] += Math.Sqrt(square);
                distances[b] += Math.Sqrt(square);
            }
        }
        return distances;
    }
}
