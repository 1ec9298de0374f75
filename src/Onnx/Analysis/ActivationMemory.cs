namespace EdgeKit.Onnx.Analysis;

/// <summary>Liveness of activations over the order of the nodes.</summary>
internal static class ActivationMemory
{
    /// <summary>Size of a value in bytes, in its element type.</summary>
    internal static long Bytes(Value value) => value.Dims.Aggregate(ElementSize(value.Type), static (product, d) => product * d);

    /// <summary>The largest sum of live inputs and activations at any node.</summary>
    internal static long Peak(Graph graph)
    {
        var storage = new Dictionary<Value, Value>();
        var lifetimes = new Dictionary<Value, (int First, int Last)>();
        foreach (Value input in graph.Inputs) Define(input, input, 0);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            foreach (Value? read in node.Inputs)
                if (read is not null && storage.TryGetValue(read, out Value? owner)) lifetimes[owner] = lifetimes[owner] with { Last = i };
            foreach (Value output in node.Outputs)
            {
                bool view = IsView(node) && storage.ContainsKey(node.Input(0));
                Define(output, view ? storage[node.Input(0)] : output, i);
            }
        }
        foreach (Value output in graph.Outputs)
            if (storage.TryGetValue(output, out Value? owner)) lifetimes[owner] = lifetimes[owner] with { Last = graph.Nodes.Count - 1 };

        long[] change = new long[graph.Nodes.Count + 1];
        foreach ((Value value, (int first, int last)) in lifetimes)
        {
            change[first] += Bytes(value);
            change[last + 1] -= Bytes(value);
        }
        long live = 0;
        long peak = 0;
        foreach (long step in change) peak = Math.Max(peak, live += step);
        return peak;

        void Define(Value value, Value owner, int at)
        {
            storage[value] = owner;
            lifetimes.TryAdd(owner, (at, at));
        }
    }

    private static bool IsView(Node node) =>
        node.Domain.Length == 0 && node.OpType is "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout";

    private static long ElementSize(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.Int64 or ElementType.Double => 8,
        _ => 4,
    };
}
