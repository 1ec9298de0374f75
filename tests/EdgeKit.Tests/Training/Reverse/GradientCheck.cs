using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Training;

/// <summary>Holds a network to the reference operators forward and to central differences backward.</summary>
internal static class GradientCheck
{
    /// <summary>Elements of a tensor that are tried at most.</summary>
    private const int MostTried = 24;

    /// <summary>Checks values and gradients of a graph.</summary>
    /// <param name="graph">The graph; all its weights are trained.</param>
    /// <param name="step">Distance of the differences.</param>
    /// <param name="tolerance">Most that a gradient may be off, relative to the largest of its tensor.</param>
    /// <param name="mode">Frozen or Training.</param>
    /// <param name="batch">Images.</param>
    /// <param name="input">Makes an element of the input.</param>
    public static void Run(Graph graph, double step = 1e-2, double tolerance = 1e-3, NetworkMode mode = NetworkMode.Training, int batch = 3, Func<Random, float>? input = null)
    {
        var random = new Random(7);
        input ??= static r => (float)(r.NextDouble() * 2 - 1);
        var network = new TrainingNetwork(graph, new NetworkOptions { Observed = [.. graph.Inputs.Select(static v => v.Name)], Threads = 2 });
        Dictionary<string, Tensor> feeds = network.Inputs.ToDictionary(static n => n, n => Fill(random, [batch, .. network.ShapeOf(n).Skip(1)], input));

        CheckValues(graph, network, feeds, batch);

        network.Forward(feeds, mode);
        Dictionary<string, Tensor> given = network.Outputs.Distinct().ToDictionary(static n => n, n => Fill(random, network.Read(n).Shape, static r => (float)(r.NextDouble() * 2 - 1)));
        network.ClearGradients();
        network.Backward(given);
        Dictionary<string, float[]> gradients = network.Parameters.ToDictionary(static p => p.Name, static p => (float[])p.Gradient.Clone());
        foreach (string name in network.Inputs) gradients[name] = network.ReadGradient(name).ToFloats();

        foreach (Parameter p in network.Parameters) CheckTensor(p.Name, p.Value.AsSpan<float>().Length, (i, d) => p.Value.AsSpan<float>()[i] += d);
        foreach (string name in network.Inputs) CheckTensor(name, feeds[name].Length, (i, d) => feeds[name].AsSpan<float>()[i] += d);

        void CheckTensor(string name, int length, Action<int, float> move)
        {
            double scale = Math.Max(gradients[name].Max(Math.Abs), 1e-2);
            foreach (int i in length <= MostTried ? Enumerable.Range(0, length) : Enumerable.Range(0, MostTried).Select(_ => random.Next(length)))
            {
                float h = (float)step;
                move(i, h);
                double up = Loss();
                move(i, -2 * h);
                double down = Loss();
                move(i, h);
                double expected = (up - down) / (2 * h), actual = gradients[name][i];
                Assert.True(Math.Abs(expected - actual) <= tolerance * scale, $"{name}[{i}]: gradient {actual} where differences give {expected} (largest {scale})");
            }
        }

        double Loss()
        {
            network.Forward(feeds, mode);
            double loss = 0;
            foreach ((string name, Tensor weights) in given)
            {
                ReadOnlySpan<float> w = weights.AsSpan<float>(), y = network.Read(name).AsSpan<float>();
                for (int i = 0; i < w.Length; i++) loss += (double)w[i] * y[i];
            }
            return loss;
        }
    }

    /// <summary>Outputs with running statistics are those of the reference operators, image by image.</summary>
    public static void CheckValues(Graph graph, TrainingNetwork network, Dictionary<string, Tensor> feeds, int batch, double tolerance = 1e-4)
    {
        network.Forward(feeds, NetworkMode.Inference);
        Graph single = graph.Clone();
        ShapeInference.Run(single);
        Dictionary<string, List<float>> expected = network.Outputs.Distinct().ToDictionary(static n => n, static _ => new List<float>());
        for (int image = 0; image < batch; image++)
        {
            Dictionary<string, Tensor> one = feeds.ToDictionary(static f => f.Key, f =>
            {
                int length = f.Value.Length / batch;
                return Tensor.Of(f.Value.AsSpan<float>().Slice(image * length, length).ToArray(), [1, .. f.Value.Shape[1..]]);
            });
            foreach ((string name, Tensor value) in ReferenceExecutor.Run(single, one)) expected[name].AddRange(value.ToFloats());
        }
        foreach ((string name, List<float> values) in expected) Closeness.AssertWithin(tolerance, values.ToArray(), network.Read(name).ToFloats(), name);
    }

    /// <summary>A tensor of random elements.</summary>
    public static Tensor Fill(Random random, int[] shape, Func<Random, float> element)
    {
        float[] values = new float[Tensor.ElementCount(shape)];
        for (int i = 0; i < values.Length; i++) values[i] = element(random);
        return Tensor.Of(values, shape);
    }
}
