using EdgeKit.Onnx;

namespace EdgeKit.Training.Distilling;

/// <summary>
/// The values through which all that a network computes must pass: what lies between two of them is a block, such as a residual block with its shortcut.
/// </summary>
public static class CutPoints
{
    /// <summary>Feature maps that are cut points, in the order they are computed.</summary>
    /// <param name="graph">A graph whose shapes are known.</param>
    public static IReadOnlyList<Value> Of(Graph graph)
    {
        var pending = graph.Values.ToDictionary(static v => v, v => v.Consumers.Count + (graph.IsOutput(v) ? 1 : 0));
        HashSet<Value> live = [.. graph.Inputs];
        var cuts = new List<Value>();
        foreach (Node node in graph.Nodes)
        {
            foreach (Value? read in node.Inputs)
                if (read is { IsConstant: false } && --pending[read] == 0) live.Remove(read);
            foreach (Value made in node.Outputs)
                if (pending[made] > 0) live.Add(made);
            if (live.Count == 1 && live.First() is { Shape.Length: 4 } only && ReferenceEquals(only.Producer, node)) cuts.Add(only);
        }
        return cuts;
    }

    /// <summary>
    /// The cut points that end a block: of those that follow one another through operators of one input (convolution, activation), the last before the paths
    /// part again, thinned out evenly to a number.
    /// </summary>
    /// <param name="graph">A graph whose shapes are known.</param>
    /// <param name="most">The most cut points.</param>
    public static IReadOnlyList<Value> EndsOfBlocks(Graph graph, int most)
    {
        IReadOnlyList<Value> all = Of(graph);
        Value[] ends = [.. all.Where(static v => v.Consumers.Count > 1 && v.Shape![2] * v.Shape[3] > 1)];
        // A network without branches: its activations.
        if (ends.Length < 2) ends = [.. all.Where(static v => v.Producer!.Is("Relu") || v.Producer.Is("Clip") || v.Producer.Is("HardSwish"))];
        if (ends.Length <= most) return ends;
        return [.. Enumerable.Range(1, most).Select(i => ends[(int)((long)i * ends.Length / most) - 1])];
    }
}
