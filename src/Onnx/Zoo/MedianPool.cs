namespace EdgeKit.Onnx;

/// <summary>
/// Median pooling, which ONNX has no operator for: the elements under the window as strided slices, and their median by exchanges of pairs, Min and Max each.
/// </summary>
public static class MedianPool
{
    /// <summary>Larger windows take too many exchanges: one of 5 x 5 takes 264 nodes.</summary>
    private const int MaxKernel = 5;

    /// <summary>Appends the median of a square window around each element; the border repeats outside of the map.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">A feature map [N,C,H,W] of known shape.</param>
    /// <param name="kernel">Size of the window, 3 or 5.</param>
    /// <param name="stride">Distance of the windows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window has another size, or the stride is not positive.</exception>
    public static Value Append(Graph graph, Value x, int kernel = 3, int stride = 1)
    {
        if (kernel is < 3 or > MaxKernel || kernel % 2 == 0) throw new ArgumentOutOfRangeException(nameof(kernel), kernel, $"a median wants a window of 3 or {MaxKernel}");
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        int pad = kernel / 2;
        int[] dims = x.Dims;
        Node padded = graph.Append("Pad", [x, Ints(graph, 0, 0, pad, pad, 0, 0, pad, pad)]);
        padded.Attributes.Set("mode", "edge");
        var taps = new Queue<Value>();
        for (int ky = 0; ky < kernel; ky++)
        {
            for (int kx = 0; kx < kernel; kx++)
                taps.Enqueue(graph.Append("Slice", [padded.Output, Ints(graph, ky, kx), Ints(graph, ky + dims[2], kx + dims[3]), Ints(graph, 2, 3), Ints(graph, stride, stride)]).Output);
        }
        return Median(graph, taps);
    }

    /// <summary>
    /// Of any n/2 + 2 of n elements neither the least nor the greatest is the median: both are dropped, and the next element comes in, until three are left.
    /// </summary>
    private static Value Median(Graph graph, Queue<Value> rest)
    {
        var kept = new List<Value>();
        while (kept.Count < (rest.Count + kept.Count) / 2 + 2) kept.Add(rest.Dequeue());
        while (true)
        {
            int last = kept.Count - 1;
            for (int i = 0; i < kept.Count / 2; i++) Exchange(graph, kept, i, last - i);
            for (int i = 1; i < (kept.Count + 1) / 2; i++) Exchange(graph, kept, 0, i);
            for (int i = kept.Count / 2; i < last; i++) Exchange(graph, kept, i, last);
            if (kept.Count == 3) return kept[1];
            kept.RemoveAt(last);
            kept.RemoveAt(0);
            kept.Add(rest.Dequeue());
        }
    }

    /// <summary>The lesser of two to the first place, the greater to the second.</summary>
    private static void Exchange(Graph graph, List<Value> values, int low, int high)
    {
        Value[] pair = [values[low], values[high]];
        values[low] = graph.Append("Min", pair).Output;
        values[high] = graph.Append("Max", pair).Output;
    }

    private static Value Ints(Graph graph, params long[] values) => graph.NewConstant("median", Tensor.Vector(values));
}
