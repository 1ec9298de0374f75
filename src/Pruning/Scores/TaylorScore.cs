using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// First-order Taylor expansion (Molchanov et al., "Importance Estimation for Neural Network Pruning", 2019, eq. 8): the square of the loss's derivative by a
/// gate on the channel, which is Σ weight · gradient over all that reads it, averaged over pictures.
/// </summary>
/// <param name="gradients">Computes gradients of weights by name, one set a picture.</param>
public sealed class TaylorScore(Func<Graph, IReadOnlyList<Tensor>, CancellationToken, IEnumerable<IReadOnlyDictionary<string, float[]>>> gradients) : IChannelScore
{
    /// <inheritdoc/>
    public string Name => "taylor";

    /// <inheritdoc/>
    public bool NeedsPictures => true;

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default)
    {
        double[] scores = new double[identities.Groups.Count], gates = new double[scores.Length];
        WeightAxis[] readers = [.. identities.WeightAxes.Where(static a => a.IsWeights && a.Role == ChannelRole.Consumer)];
        float[][] weights = [.. readers.Select(static a => a.Tensor.ToFloats())];
        int count = 0;
        foreach (IReadOnlyDictionary<string, float[]> set in gradients(identities.Graph, inputs.Pictures, cancellation))
        {
            Array.Clear(gates);
            for (int r = 0; r < readers.Length; r++)
            {
                if (!set.TryGetValue(readers[r].Node.Input(readers[r].Input).Name, out float[]? gradient)) continue;
                for (int k = 0; k < gradient.Length; k++) gates[readers[r].Channels[readers[r].IndexOf(k)]] += (double)weights[r][k] * gradient[k];
            }
            for (int g = 0; g < scores.Length; g++) scores[g] += gates[g] * gates[g];
            count++;
        }
        return Array.ConvertAll(scores, s => s / Math.Max(count, 1));
    }
}
