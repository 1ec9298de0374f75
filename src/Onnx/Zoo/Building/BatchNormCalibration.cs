namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Sets the mean and variance of every batch normalisation to those of its input in a forward pass, from the input to the output, so that each layer sees
/// its predecessors already normalised.
/// </summary>
internal static class BatchNormCalibration
{
    /// <summary>Multiply-accumulates that the pass may cost: a second or two on the reference operators.</summary>
    private const double Budget = 1.5e9;

    /// <summary>Fewest pictures of a pass.</summary>
    private const int Least = 4;

    /// <summary>Runs the pass over seeded pictures, as many and as large as the budget allows. The graph's shapes must be known.</summary>
    /// <param name="graph">The graph, with one input that is a map.</param>
    /// <param name="seed">Seed of the pictures.</param>
    /// <param name="fixedSize">Whether the graph runs at the size it was built for only.</param>
    internal static void Run(Graph graph, int seed, bool fixedSize)
    {
        if (!graph.Nodes.Any(static n => n.Is("BatchNormalization"))) return;
        int[] input = graph.Inputs[0].Dims;
        double affordable = Budget / ModelSummary.Of(graph).Macs;
        int count = (int)Math.Clamp(affordable, Least, 32);
        // Smaller pictures where even the fewest of full size cost too much.
        if (affordable < Least && !fixedSize) input = [.. input[..2], .. input[2..].Select(d => Math.Max(32, (int)(d * Math.Sqrt(affordable / Least)) / 32 * 32))];
        Walk(graph, new() { [graph.Inputs[0]] = SmoothPictures.Make(count, input, new Random(seed)) }, SetStatistics);
    }

    /// <summary>Computes every value of a graph on several inputs, and hands each batch normalisation what it reads before it is computed.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">As many tensors for each input.</param>
    /// <param name="set">Sets the statistics of a batch normalisation.</param>
    internal static void Walk(Graph graph, Dictionary<Value, Tensor[]> values, Action<Node, Tensor[]> set)
    {
        int count = values.Values.First().Length;
        var pending = graph.Values.ToDictionary(static v => v, static v => v.Consumers.Count);
        foreach (Node node in graph.Nodes)
        {
            if (node.Is("BatchNormalization")) set(node, values[node.Input(0)]);
            Tensor[][] outputs = [.. Enumerable.Range(0, count).Select(i => ReferenceOperators.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : v.Constant ?? values[v][i])]))];
            for (int i = 0; i < node.Outputs.Count; i++) values[node.Outputs[i]] = [.. outputs.Select(o => o[i])];
            foreach (Value? read in node.Inputs)
                if (read is not null && --pending[read] == 0) values.Remove(read);
        }
    }

    private static void SetStatistics(Node norm, Tensor[] maps)
    {
        int channels = maps[0].Shape[1];
        int area = maps[0].Length / channels;
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        double count = (double)area * maps.Length;
        foreach (Tensor map in maps)
        {
            ReadOnlySpan<float> data = map.AsSpan<float>();
            for (int i = 0; i < data.Length; i++) mean[i / area] += data[i] / count;
        }
        foreach (Tensor map in maps)
        {
            ReadOnlySpan<float> data = map.AsSpan<float>();
            for (int i = 0; i < data.Length; i++)
            {
                double d = data[i] - mean[i / area];
                variance[i / area] += d * d / count;
            }
        }
        // Deep layers have a handful of positions; the layer's average stands in for what they cannot say.
        const double prior = 16;
        double average = variance.Average();
        float[] shrunk = Array.ConvertAll(variance, v => (float)(((count * v) + (prior * average)) / (count + prior)));
        Graph.SetConstant(norm.Input(3), Tensor.Of(Array.ConvertAll(mean, static m => (float)m), channels));
        Graph.SetConstant(norm.Input(4), Tensor.Of(shrunk, channels));
    }
}
