using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Surgery;

/// <summary>The other way to say what pruning does: the same graph, in which nobody reads the removed channels.</summary>
internal static class Masking
{
    /// <summary>
    /// A copy of the graph with zeros in every weight column that reads a removed channel. It must compute what the pruned graph computes.
    /// </summary>
    public static Graph ZeroConsumers(ChannelIdentities identities, IReadOnlySet<int> removed)
    {
        Graph masked = identities.Graph.Clone();
        var copies = identities.Graph.Nodes.Zip(masked.Nodes).ToDictionary(p => p.First, p => p.Second);
        foreach (WeightAxis columns in identities.WeightAxes)
        {
            if (columns.Role != ChannelRole.Consumer || !columns.Channels.Any(removed.Contains)) continue;
            Tensor zeroed = Cut.Zero(columns, removed.Contains);
            copies[columns.Node].SetInput(columns.Input, masked.NewConstant(columns.Node.Input(columns.Input).Name, zeroed));
        }
        return masked;
    }
}
