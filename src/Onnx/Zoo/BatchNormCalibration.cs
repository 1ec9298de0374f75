namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Sets the mean and variance of every batch normalisation to those of its input in a forward pass, from the input to the output, so that each layer sees
/// its predecessors already normalised.
/// </summary>
internal static class BatchNormCalibration
{
    /// <summary>Multiply-accumulates that the pass may cost: a second or two on the reference operators.</summary>
    private const double Budget = 1.5e9;

    /// <summary>Runs the pass over seeded pictures, as many and as large as the budget allows. The graph's shapes must be known.</summary>
    internal static void Run(Graph graph, int seed)
    {
        if (!graph.Nodes.Any(static n => n.Is("BatchNormalization"))) return;
        (int batch, int size) = Affordable(graph.Inputs[0].Dims[2], ModelSummary.Of(graph).Macs);
        var values = new Dictionary<Value, Tensor> { [graph.Inputs[0]] = Pictures(batch, size, new Random(seed)) };
        var pending = graph.Values.ToDictionary(static v => v, static v => v.Consumers.Count);
        foreach (Node node in graph.Nodes)
        {
            if (node.Is("BatchNormalization")) SetStatistics(node, values[node.Input(0)]);
            Tensor?[] inputs = [.. node.Inputs.Select(v => v is null ? null : v.Constant ?? values[v])];
            Tensor[] outputs = ReferenceOperators.Evaluate(node, inputs);
            for (int i = 0; i < outputs.Length; i++) values[node.Outputs[i]] = outputs[i];
            foreach (Value? read in node.Inputs)
                if (read is not null && --pending[read] == 0) values.Remove(read);
        }
    }

    /// <summary>At least four pictures; smaller ones where even four of full size cost too much, more of them where that is cheap.</summary>
    private static (int Batch, int Size) Affordable(int full, long macs)
    {
        double pictures = Budget / macs;
        return pictures >= 4 ? ((int)Math.Min(pictures, 32), full) : (4, Math.Max(32, (int)(full * Math.Sqrt(pictures / 4)) / 32 * 32));
    }

    private static void SetStatistics(Node norm, Tensor x)
    {
        int channels = x.Shape[1];
        int area = x.Length / (x.Shape[0] * channels);
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        ReadOnlySpan<float> data = x.AsSpan<float>();
        double count = x.Length / channels;
        for (int i = 0; i < x.Length; i++) mean[i / area % channels] += data[i] / count;
        for (int i = 0; i < x.Length; i++)
        {
            double d = data[i] - mean[i / area % channels];
            variance[i / area % channels] += d * d / count;
        }
        // Deep layers have a handful of positions; the layer's average stands in for what they cannot say.
        const double prior = 16;
        double average = variance.Average();
        float[] shrunk = Array.ConvertAll(variance, v => (float)(((count * v) + (prior * average)) / (count + prior)));
        Graph.SetConstant(norm.Input(3), Tensor.Of(Array.ConvertAll(mean, static m => (float)m), channels));
        Graph.SetConstant(norm.Input(4), Tensor.Of(shrunk, channels));
    }

    /// <summary>Smooth blobs with some noise: like pictures, neighbouring pixels agree.</summary>
    private static Tensor Pictures(int batch, int size, Random random)
    {
        const int cells = 8;
        float[] grid = new float[batch * 3 * cells * cells];
        float[] pixels = new float[batch * 3 * size * size];
        Gaussian.Fill(random, grid, 1);
        Gaussian.Fill(random, pixels, 0.3);
        for (int i = 0; i < pixels.Length; i++)
        {
            int plane = i / (size * size);
            int row = i / size % size * cells / size;
            int column = i % size * cells / size;
            pixels[i] += grid[(((plane * cells) + row) * cells) + column];
        }
        return Tensor.Of(pixels, batch, 3, size, size);
    }
}
