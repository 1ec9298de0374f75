using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Refit;

/// <summary>
/// What a layer of a pruned graph should yield: what the same layer yields in the original; or where its output is added to a shortcut, what makes the sum that of the original, so that the layer
/// also makes up for what the shortcut has lost before (He et al., "Channel Pruning for Accelerating Very Deep Neural Networks", 2017, 3.3).
/// </summary>
/// <param name="Layer">The layer in the pruned graph.</param>
/// <param name="Original">The value of the original graph that is wanted.</param>
/// <param name="Shortcut">The value of the pruned graph that is taken from it; null for none.</param>
/// <param name="Channels">For each output of the layer, its channel in the original.</param>
internal sealed record RefitTarget(LinearLayer Layer, string Original, string? Shortcut, int[] Channels)
{
    /// <summary>All layers of a pruned graph that read something else than in the original, in order.</summary>
    /// <param name="original">The original.</param>
    /// <param name="identities">The channels of the graph that was cut; some of the original's blocks may be missing in it.</param>
    /// <param name="removed">The groups that were cut out.</param>
    /// <param name="pruned">The pruned graph.</param>
    public static RefitTarget[] Of(Graph original, ChannelIdentities identities, IReadOnlySet<int> removed, Graph pruned)
    {
        var targets = new List<RefitTarget>();
        var changed = new HashSet<Value>();
        var done = new HashSet<Value>();
        var originals = original.Nodes.ToDictionary(static n => n.Name);
        foreach (Node node in pruned.Nodes)
        {
            LinearLayer? layer = LinearLayer.Of(node);
            bool differs = node.Inputs.Any(v => v is not null && changed.Contains(v)) || !originals.TryGetValue(node.Name, out Node? was) || Reads(was, node, layer);
            if (differs && layer is not null && Target(layer) is { } target) targets.Add(target);
            done.UnionWith(node.Outputs);
            if (differs) changed.UnionWith(node.Outputs);
        }
        return [.. targets];

        RefitTarget? Target(LinearLayer layer)
        {
            Value output = layer.Node.Output;
            if (output.Consumers is [{ } sum] && sum.Is("Add") && sum.Inputs.Count == 2)
            {
                Value other = sum.Input(0) == output ? sum.Input(1) : sum.Input(0);
                if (!other.IsConstant && other.Dims.SequenceEqual(output.Dims) && (done.Contains(other) || other.Producer is null) && Channels(layer, sum.Output) is { } both)
                    return new RefitTarget(layer, sum.Output.Name, other.Name, both);
            }
            return Channels(layer, output) is { } own ? new RefitTarget(layer, output.Name, null, own) : null;
        }

        int[]? Channels(LinearLayer layer, Value value)
        {
            if (original.Find(value.Name) is not { } wanted || identities.Graph.Find(value.Name) is not { } cut || !wanted.Dims.SequenceEqual(cut.Dims)) return null;
            int axis = layer.Node.Is("Conv") ? 1 : value.Dims.Length - 1;
            ChannelVector? vector = identities.Of(cut);
            if (vector is not null && vector.Axis != axis) return null;
            int[] kept = [.. Enumerable.Range(0, wanted.Dims[axis]).Where(k => vector is null || !removed.Contains(vector.Groups[k]))];
            return kept.Length == value.Dims[axis] ? kept : null;
        }
    }

    private static bool Reads(Node was, Node now, LinearLayer? layer) =>
        was.OpType != now.OpType || was.Inputs.Count != now.Inputs.Count ||
        was.Inputs.Zip(now.Inputs, static (a, b) => a is { IsConstant: false } && a.Name != b?.Name).Any(static d => d) ||
        (layer is { IsDepthwise: false } && LinearLayer.Of(was)?.Columns != layer.Columns);

    /// <summary>Fills in what is wanted at some output positions, of one group of the layer.</summary>
    /// <param name="original">The original's value, as ONNX lays it out.</param>
    /// <param name="shortcut">The pruned network's shortcut; empty for none.</param>
    /// <param name="group">The group.</param>
    /// <param name="positions">Output positions.</param>
    /// <param name="wanted">Receives [positions, outputs of the group].</param>
    public void Fill(ReadOnlySpan<float> original, ReadOnlySpan<float> shortcut, int group, int[] positions, Span<float> wanted)
    {
        int outputs = Layer.OutputsPerGroup, all = Layer.Positions;
        bool map = Layer.Node.Is("Conv");
        int width = original.Length / all, own = Layer.Outputs;
        for (int k = 0; k < positions.Length; k++)
        {
            for (int o = 0; o < outputs; o++)
            {
                int row = group * outputs + o, channel = Channels[row], p = positions[k];
                float value = map ? original[channel * all + p] : original[p * width + channel];
                if (shortcut.Length > 0) value -= map ? shortcut[row * all + p] : shortcut[p * own + row];
                wanted[k * outputs + o] = value;
            }
        }
    }
}
