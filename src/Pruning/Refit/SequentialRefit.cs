using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Refit;

/// <summary>
/// Fits the layers of a pruned graph one after the other to what the original yields: each reads what the network before it, pruned and fitted already, gives it, so that it makes up
/// for what that has lost, too.
/// </summary>
internal static class SequentialRefit
{
    // Kept between layers, of each of the two networks.
    private const long MostBytes = 256L << 20;
    private const int HeldBackEvery = 5;

    /// <summary>Changes the weights of <paramref name="pruned"/>.</summary>
    /// <param name="original">What the pruned graph should compute.</param>
    /// <param name="identities">The channels of the graph that was cut.</param>
    /// <param name="removed">The groups that were cut out.</param>
    /// <param name="pruned">The graph without them.</param>
    /// <param name="pictures">Inputs, NCHW of batch 1.</param>
    /// <param name="statistics">Whether outputs get the original's standard deviation.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static void Apply(Graph original, ChannelIdentities identities, IReadOnlySet<int> removed, Graph pruned, IReadOnlyList<Tensor> pictures, bool statistics,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (pictures.Count == 0) throw new ModelException("there is no picture to fit layers on");
        RefitTarget[] targets = RefitTarget.Of(original, identities, removed, pruned);
        var before = new SegmentedPass(original, pictures, MostBytes);
        var after = new SegmentedPass(pruned, pictures, MostBytes);
        var originals = original.Nodes.ToDictionary(static n => n.Name);
        for (int t = 0; t < targets.Length; t++)
        {
            RefitTarget target = targets[t];
            LinearLayer layer = target.Layer;
            if (!originals.TryGetValue(layer.Node.Name, out Node? was)) continue;
            LayerMoments[] fit = Moments(layer), held = Moments(layer);
            string[] read = target.Shortcut is { } shortcut ? [layer.Input.Name, shortcut] : [layer.Input.Name];
            using (SegmentedPass.Step wanted = before.To(was, [target.Original]), given = after.To(layer.Node, read))
            {
                for (int p = 0; p < pictures.Count; p++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    float[] y = [], x = [], s = [];
                    wanted.Run(p, (_, data) => y = data.ToArray());
                    given.Run(p, (name, data) =>
                    {
                        if (name == layer.Input.Name) x = data.ToArray();
                        if (name == target.Shortcut) s = data.ToArray();
                    });
                    Add(target, p % HeldBackEvery == HeldBackEvery - 1 || pictures.Count < HeldBackEvery ? held : fit, x, y, s, PositionSampler.Of(p, layer.Positions, LayerStatistics.DefaultPositions));
                }
            }
            LayerFit.Apply(layer, fit, held, statistics && target.Shortcut is null);
            progress?.Report((t + 1.0) / targets.Length);
        }
        pruned.RemoveDead();
    }

    private static LayerMoments[] Moments(LinearLayer layer) => [.. Enumerable.Range(0, layer.Groups).Select(_ => new LayerMoments(layer.OutputsPerGroup, layer.Columns))];

    private static void Add(RefitTarget target, LayerMoments[] moments, float[] x, float[] y, float[] shortcut, int[] positions)
    {
        LinearLayer layer = target.Layer;
        Rows.ForEach(0, layer.Groups, 2, g =>
        {
            float[] read = new float[positions.Length * layer.Columns], wanted = new float[positions.Length * layer.OutputsPerGroup];
            for (int k = 0; k < positions.Length; k++) layer.Patch(x, g, positions[k], read.AsSpan(k * layer.Columns, layer.Columns));
            target.Fill(y, shortcut, g, positions, wanted);
            moments[g].Add(wanted, read);
        });
    }
}
