using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.LowRank;

/// <summary>A layer that two narrower ones took the place of.</summary>
/// <param name="Name">Name of the layer; the one before it has <c>_low</c> behind it.</param>
/// <param name="Rank">Channels between the two.</param>
/// <param name="Error">Share of the variance of its outputs that is lost.</param>
public sealed record FactorisedLayer(string Name, int Rank, double Error);

/// <summary>Puts two narrower layers in the place of 1x1 convolutions and matrix products whose outputs lie near a space of few dimensions.</summary>
internal static class Factorisation
{
    /// <summary>What two layers may cost at most of what the one did: less would not be worth an error.</summary>
    private const double MostCost = 0.9;

    /// <summary>Factorises a copy of a graph.</summary>
    /// <param name="graph">A float graph with known shapes.</param>
    /// <param name="error">The most of a layer's output variance that may be lost.</param>
    /// <param name="multiple">Channels in the middle are a multiple of this.</param>
    /// <param name="target">What tells times; null to go by multiply-accumulates.</param>
    /// <param name="pictures">Inputs to weigh what layers read by; none to take it as alike.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static (Graph Graph, FactorisedLayer[] Layers) Apply(Graph graph, double error, int multiple, ILayerCosts? target, IReadOnlyList<Tensor> pictures, CancellationToken cancellation)
    {
        Graph copy = graph.Clone();
        LinearLayer[] layers = [.. copy.Nodes.Where(IsPointwise).Select(LinearLayer.Of).OfType<LinearLayer>().Where(l => MostRank(l, multiple, target) > 0)];
        Dictionary<Node, GramMatrix[]> moments = pictures.Count == 0 || layers.Length == 0 ? [] : LayerStatistics.Collect(copy, layers, pictures, cancel: cancellation);
        var done = new List<FactorisedLayer>();
        foreach (LinearLayer layer in layers)
        {
            cancellation.ThrowIfCancellationRequested();
            var factors = new LowRankFactors(layer.Weights(), layer.Bias(), moments.GetValueOrDefault(layer.Node)?[0]);
            int rank = (factors.RankFor(error) + multiple - 1) / multiple * multiple;
            if (rank > MostRank(layer, multiple, target)) continue;
            Split(copy, layer, rank, factors);
            done.Add(new FactorisedLayer(layer.Node.Name, rank, factors.ErrorOf(rank)));
        }
        copy.RemoveDead();
        ShapeInference.Run(copy);
        return (copy, [.. done]);
    }

    private static bool IsPointwise(Node node) => node.OpType == "Gemm" || (node.Is("Conv") && node.Attributes.Int("group", 1) == 1
        && node.ConstantInput(1) is { Rank: 4 } w && w.Shape[2] == 1 && w.Shape[3] == 1 && (node.Attributes.Ints("pads") ?? []).All(static p => p == 0));

    // The largest rank at which two layers are cheaper enough; 0 for none.
    private static int MostRank(LinearLayer layer, int multiple, ILayerCosts? target)
    {
        if (LayerShape.Of(layer.Node, target?.Int8 ?? true) is not { } shape) return 0;
        double limit = MostCost * Cost(shape);
        for (int rank = Math.Min(layer.Outputs, layer.Columns) / multiple * multiple; rank > 0; rank -= multiple)
            if (Cost(shape.At(shape.Inputs, rank)) + Cost(shape.At(rank, shape.Outputs) with { Stride = 1 }) <= limit) return rank;
        return 0;

        double Cost(LayerShape s) => target?.CostOf(s) ?? s.Macs;
    }

    private static void Split(Graph graph, LinearLayer layer, int rank, LowRankFactors factors)
    {
        Node node = layer.Node;
        (float[] first, float[] second, float[] bias) = factors.Of(rank);
        bool convolution = node.Is("Conv");
        Node low = graph.InsertBefore(node, node.OpType, [node.Input(0), Weights("_low_w", first, rank, layer.Columns)], 1, node.Name + "_low");
        foreach ((string name, object value) in node.Attributes.Entries) low.Attributes.Set(name, value);
        node.SetInput(0, low.Output);
        node.SetInput(1, Weights("_w", second, layer.Outputs, rank));
        node.SetInput(2, graph.NewConstant(node.Name + "_b", Tensor.Of(bias, bias.Length)));
        if (convolution) node.Attributes.Remove("strides");
        else
        {
            low.Attributes.Set("transB", 1);
            node.Attributes.Set("transB", 1);
        }

        Value Weights(string suffix, float[] data, int rows, int columns) =>
            graph.NewConstant(node.Name + suffix, convolution ? Tensor.Of(data, rows, columns, 1, 1) : Tensor.Of(data, rows, columns));
    }
}
