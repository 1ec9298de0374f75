namespace EdgeKit.Onnx.Passes;

/// <summary>Makes one Slice of two in a row that cut different axes, as exporters write x[:, :, ::2, ::2].</summary>
internal static class MergeSlices
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("Slice") || Rewrite.OnlyProducer(node.Input(0)) is not { } before || !before.Is("Slice")) continue;
            if (Parameters(before) is not { } first || Parameters(node) is not { } second || first[2].Intersect(second[2]).Any()) continue;
            string[] names = ["starts", "ends", "axes", "steps"];
            Value[] merged = [.. names.Select((name, i) => graph.NewConstant($"{node.Name}.{name}", Tensor.Vector([.. first[i], .. second[i]])))];
            graph.Replace(node, "Slice", [before.Input(0), .. merged]);
            changed++;
        }
        return changed;
    }

    /// <summary>Starts, ends, axes (from the front) and steps, or null where they are not all constant.</summary>
    private static long[][]? Parameters(Node slice)
    {
        if (slice.Input(0).Shape is not { } shape || slice.ConstantInput(1) is not { } starts || slice.ConstantInput(2) is not { } ends) return null;
        if ((slice.Optional(3) is not null && slice.ConstantInput(3) is null) || (slice.Optional(4) is not null && slice.ConstantInput(4) is null)) return null;
        long[] axes = slice.ConstantInput(3)?.ToInt64s() ?? [.. Enumerable.Range(0, starts.Length)];
        long[] steps = slice.ConstantInput(4)?.ToInt64s() ?? [.. Enumerable.Repeat(1L, starts.Length)];
        return [starts.ToInt64s(), ends.ToInt64s(), Array.ConvertAll(axes, a => a < 0 ? a + shape.Length : a), steps];
    }
}
