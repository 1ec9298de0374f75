using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>Chooses the layers whose maps are shown.</summary>
internal static class MapLayers
{
    private const int Count = 6;

    /// <summary>The named values, or some of those with an extent in space, evenly spread over the network and its last among them.</summary>
    /// <exception cref="CliException">There is no such value, or it has no extent in space.</exception>
    public static IReadOnlyList<Value> Choose(Graph graph, IReadOnlyList<string> names)
    {
        if (names.Count > 0) return [.. names.Select(n => Named(graph, n))];
        Value[] all = [.. graph.Nodes.Select(static n => n.Outputs[0]).Where(static v => HasExtent(v) && !(v.Consumers is [var only] && IsPart(only)))];
        int count = Math.Min(Count, all.Length);
        return [.. Enumerable.Range(0, count).Select(i => all[count == 1 ? all.Length - 1 : i * (all.Length - 1) / (count - 1)])];
    }

    private static Value Named(Graph graph, string name)
    {
        Value value = graph.Find(name) is { Producer: not null } found ? found : graph.Nodes.FirstOrDefault(n => n.Name == name)?.Outputs[0]
            ?? throw CliException.Usage($"--layers {name}: there is no such value or node; 'edgekit inspect' lists them as they are after reading");
        return HasExtent(value) ? value : throw CliException.Usage($"--layers {name}: has the shape {Models.InputShape.Format(value.Dims)}, which is no map");
    }

    private static bool HasExtent(Value value) => value.Dims is [1, _, var height, var width] && height * width > 1;

    /// <summary>Whether a node is shown in place of the layer before it.</summary>
    private static bool IsPart(Node node) => node.OpType is "Clip" or "PRelu" or "BatchNormalization" || PointwiseFunctions.Find(node) is { IsActivation: true };
}
