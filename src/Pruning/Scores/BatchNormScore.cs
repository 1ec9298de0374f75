using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// The scale of the batch normalization behind a layer (Liu et al., "Learning Efficient Convolutional Networks through Network Slimming", 2017): |gamma| as a share of the layer's total,
/// over the layers that compute a channel. Channels of layers without one count as alike.
/// </summary>
public sealed class BatchNormScore : IChannelScore
{
    /// <inheritdoc/>
    public string Name => "bn";

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default)
    {
        var shares = new LayerShares(identities);
        bool any = false;
        foreach (WeightAxis axis in identities.WeightAxes.Where(static w => w is { IsWeights: true, Role: ChannelRole.Producer }))
        {
            float[]? gamma = inputs.BatchNorms.GetValueOrDefault(axis.Node.Name)?.Gamma ?? Behind(axis.Node);
            any |= gamma is not null;
            shares.Add(axis.Channels, gamma is null ? new double[axis.Channels.Length] : Array.ConvertAll(gamma, static g => Math.Abs((double)g)));
        }
        if (!any) throw new ModelException("has no batch normalization to score by (it was folded before the model was saved); take another score, such as magnitude, or obs with pictures");
        return shares.Scores;
    }

    // One that was not folded.
    private static float[]? Behind(Node layer) => layer.Output.Consumers.FirstOrDefault(static n => n.Is("BatchNormalization"))?.ConstantInput(1)?.ToFloats();
}
