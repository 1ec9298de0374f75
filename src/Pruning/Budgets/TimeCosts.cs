using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning.Budgets;

/// <summary>The time of a graph on a target: the sum over its layers.</summary>
internal static class TimeCosts
{
    /// <summary>The time as widths change.</summary>
    public static CostModel Of(ChannelIdentities identities, ChannelWidths widths, ILayerCosts target)
    {
        var terms = new List<CostTerm>();
        double constant = 0;
        foreach (Node node in identities.Graph.Nodes)
        {
            if (LayerShape.Of(node, target.Int8) is not { } shape) continue;
            int? input = Width(node.Input(0)), output = Width(node.Outputs[0]);
            if (input is null && output is null)
            {
                constant += target.CostOf(shape);
                continue;
            }
            int[] slots = [.. new[] { input, output }.OfType<int>()];
            terms.Add(new CostTerm(slots, kept => target.CostOf(shape.At(input is null ? shape.Inputs : kept[0], output is null ? shape.Outputs : kept[^1]))));
        }
        return new CostModel(widths, terms, constant);

        // Of a flattened map the last axis holds every channel many times: its width is counted in elements, as the layer counts them.
        int? Width(Value value) => identities.Of(value) is { } vector && vector.Axis == (value.Dims.Length == 4 ? 1 : value.Dims.Length - 1) ? widths.IndexOf(vector.Groups) : null;
    }

    /// <summary>The time of a graph as it is.</summary>
    public static double Of(Graph graph, ILayerCosts target) => graph.Nodes.Sum(n => LayerShape.Of(n, target.Int8) is { } shape ? target.CostOf(shape) : 0);
}
