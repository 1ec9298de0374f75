using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Second moments of what layers read, gathered over pictures.</summary>
public static class LayerStatistics
{
    /// <summary>Positions that are used of every picture, where a layer has more.</summary>
    public const int DefaultPositions = 64;

    // Layers whose matrices are larger together are gathered in several passes over the pictures.
    private const long BytesPerPass = 512L << 20;

    /// <summary>One matrix for each group of each layer, by the layer's node.</summary>
    /// <param name="graph">The float graph that holds the layers, with one input of batch 1.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="pictures">Inputs, NCHW. Read once for each pass: as often as the matrices of all layers together take 512 MB.</param>
    /// <param name="positions">Output positions used of every picture.</param>
    /// <param name="progress">Told the share that is done, 0 to 1, where <paramref name="pictureCount"/> is given.</param>
    /// <param name="pictureCount">Number of pictures, or 0 if not known.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">There is no picture, or an activation is not finite.</exception>
    public static Dictionary<Node, GramMatrix[]> Collect(Graph graph, IReadOnlyCollection<LinearLayer> layers, IEnumerable<Tensor> pictures,
        int positions = DefaultPositions, IProgress<double>? progress = null, int pictureCount = 0, CancellationToken cancel = default)
    {
        var result = new Dictionary<Node, GramMatrix[]>();
        List<LinearLayer[]> passes = Passes(layers);
        for (int p = 0; p < passes.Count; p++)
        {
            LinearLayer[] pass = passes[p];
            foreach (LinearLayer layer in pass) result[layer.Node] = [.. Enumerable.Range(0, layer.Groups).Select(_ => new GramMatrix(layer.Columns))];
            int done = 0;
            ActivationPass.Run(graph, [.. pass.Select(static l => l.Input.Name).Distinct()], pictures, (picture, name, data) =>
            {
                foreach (LinearLayer layer in pass)
                    if (layer.Input.Name == name) Add(layer, result[layer.Node], data, PositionSampler.Of(picture, layer.Positions, positions));
            }, () =>
            {
                done++;
                if (pictureCount > 0) progress?.Report((p + Math.Min(1, (double)done / pictureCount)) / passes.Count);
            }, cancel);
        }
        return result;
    }

    private static List<LinearLayer[]> Passes(IEnumerable<LinearLayer> layers)
    {
        var passes = new List<LinearLayer[]>();
        var pass = new List<LinearLayer>();
        long bytes = 0;
        foreach (LinearLayer layer in layers)
        {
            long own = layer.Groups * GramMatrix.BytesOf(layer.Columns);
            if (pass.Count > 0 && bytes + own > BytesPerPass)
            {
                passes.Add([.. pass]);
                pass.Clear();
                bytes = 0;
            }
            pass.Add(layer);
            bytes += own;
        }
        if (pass.Count > 0) passes.Add([.. pass]);
        return passes;
    }

    private static void Add(LinearLayer layer, GramMatrix[] matrices, float[] input, int[] positions)
    {
        int columns = layer.Columns;
        Rows.ForEach(0, layer.Groups, parallelFrom: 2, group =>
        {
            var patches = new float[positions.Length * columns];
            for (int k = 0; k < positions.Length; k++) layer.Patch(input, group, positions[k], patches.AsSpan(k * columns, columns));
            matrices[group].Add(patches);
        });
    }
}
