using EdgeKit.Onnx.Passes;

namespace EdgeKit.Onnx;

/// <summary>
/// Rewrites a graph into fewer, larger operators that compute the same: folds normalisation, arithmetic and padding into convolutions, drops what does
/// nothing, and recognises operators that exporters spell out. Run <see cref="ShapeInference"/> first; most rewrites need shapes.
/// </summary>
public static class Declutter
{
    /// <summary>Runs every pass until none finds anything more to do.</summary>
    /// <param name="graph">The graph, changed in place; outputs keep their names, order and values.</param>
    /// <param name="statistics">Receives, by the name of the node it was folded into, each batch normalisation that vanished.</param>
    /// <returns>How many rewrites were made.</returns>
    public static int Run(Graph graph, IDictionary<string, BatchNormStatistics>? statistics = null)
    {
        int total = 0;
        int changed;
        do
        {
            // Recognition goes before folding and merging: Conv -> Add(3) -> Clip(0,6) is half a HardSigmoid, not a bias.
            changed = RecogniseChannelShuffle.Run(graph)
                + RemoveIdentity.Run(graph)
                + RaiseIntoFrames.Run(graph)
                + MergeReshapes.Run(graph)
                + MergeTransposes.Run(graph)
                + MergeSlices.Run(graph)
                + RecogniseActivations.Run(graph)
                + RecogniseGlobalPool.Run(graph)
                + MergeClips.Run(graph)
                + MatMulToGemm.Run(graph)
                + GemmBiasToAdd.Run(graph)
                + FoldBatchNorm.Run(graph, statistics)
                + FoldChannelArithmetic.Run(graph, statistics)
                + FoldPad.Run(graph)
                + GemmToConv.Run(graph)
                + graph.RemoveDead();
            total += changed;
        }
        while (changed > 0);
        return total;
    }
}
