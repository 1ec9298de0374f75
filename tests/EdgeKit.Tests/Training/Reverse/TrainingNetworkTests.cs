using EdgeKit.Onnx;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Training;

/// <summary>Whole networks.</summary>
public class TrainingNetworkTests
{
    [Theory]
    [InlineData("mobilenet-v2", 0.25)]
    [InlineData("mobilenet-v3-small", 0.25)]
    [InlineData("resnet-18", 0.25)]
    [InlineData("shufflenet-v1", 0.5)]
    [InlineData("shufflenet-v2", 0.5)]
    [InlineData("squeezenet-1.1", 0.25)]
    public void A_network_of_the_zoo(string name, double width)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = width, Size = 64, Classes = 10 });
        var network = new TrainingNetwork(graph);
        Tensor x = Pictures(4, 64), dy = GradientCheck.Fill(new Random(5), [4, 10], static r => (float)(r.NextDouble() * 2 - 1));
        GradientCheck.CheckValues(graph, network, new Dictionary<string, Tensor> { ["input"] = x }, 4);

        // Along the gradient the loss changes by its square. Smaller steps than this round away in the weights.
        double loss = Loss();
        network.Backward(new Dictionary<string, Tensor> { ["logits"] = dy });
        double square = network.Parameters.Sum(static p => p.Gradient.Sum(static g => (double)g * g)), step = 1e-2 * Math.Max(1, Math.Abs(loss)) / square;
        double down = MovedBy(-step), up = MovedBy(2 * step);
        Assert.InRange((up - down) / (2 * step * square), 0.98, 1.02);

        double MovedBy(double distance)
        {
            foreach (Parameter p in network.Parameters)
            {
                Span<float> values = p.Value.AsSpan<float>();
                for (int i = 0; i < values.Length; i++) values[i] += (float)(distance * p.Gradient[i]);
            }
            return Loss();
        }

        double Loss()
        {
            network.Forward(x, NetworkMode.Training);
            ReadOnlySpan<float> y = network.Read("logits").AsSpan<float>(), w = dy.AsSpan<float>();
            double sum = 0;
            for (int i = 0; i < y.Length; i++) sum += y[i] * w[i];
            return sum;
        }
    }

    [Fact]
    public void Bits_do_not_depend_on_threads()
    {
        Graph graph = Zoo.Create("mobilenet-v3-small", new ZooOptions { Width = 0.5, Size = 64, Classes = 10 });
        float[][] one = Run(1);
        foreach (int threads in (int[])[2, 5])
        {
            float[][] several = Run(threads);
            for (int i = 0; i < one.Length; i++) Assert.True(one[i].AsSpan().SequenceEqual(several[i]), $"{threads} threads, tensor {i}");
        }

        float[][] Run(int threads)
        {
            var network = new TrainingNetwork(graph, new NetworkOptions { Threads = threads, Observed = ["input"] });
            Tensor dy = GradientCheck.Fill(new Random(5), [7, 10], static r => (float)(r.NextDouble() * 2 - 1));
            for (int i = 0; i < 2; i++)
            {
                network.Forward(Pictures(7, 64), NetworkMode.Training);
                network.Backward(new Dictionary<string, Tensor> { ["logits"] = dy });
            }
            return [network.Read("logits").ToFloats(), network.ReadGradient("input").ToFloats(), .. network.Parameters.Select(static p => p.Gradient), .. network.Statistics.Values.Select(static v => v.ToFloats())];
        }
    }

    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        var s = new Sketch(1, 4);
        Value y = s.Node("Gemm", [s.X, s.Weights("w", -1, 1, 4, 3)]);
        var network = new TrainingNetwork(s.With(y));
        Tensor x = GradientCheck.Fill(new Random(1), [2, 4], static r => (float)r.NextDouble()), dy = GradientCheck.Fill(new Random(2), [2, 3], static r => (float)r.NextDouble());
        Pass();
        float[] once = [.. network.Parameters[0].Gradient];
        Pass();
        Assert.Equal(once.Select(static g => 2 * g), network.Parameters[0].Gradient);
        network.ClearGradients();
        Assert.All(network.Parameters[0].Gradient, static g => Assert.Equal(0, g));

        void Pass()
        {
            network.Forward(x, NetworkMode.Training);
            network.Backward(new Dictionary<string, Tensor> { [y.Name] = dy });
        }
    }

    [Fact]
    public void Values_on_the_way_have_gradients_and_take_them()
    {
        var s = new Sketch(1, 4);
        Value hidden = s.Node("Sigmoid", [s.Node("Gemm", [s.X, s.Weights("w", -1, 1, 4, 3)])]);
        Value y = s.Node("Neg", [hidden]);
        var network = new TrainingNetwork(s.With(y), new NetworkOptions { Observed = [hidden.Name] });
        Tensor x = GradientCheck.Fill(new Random(1), [2, 4], static r => (float)r.NextDouble());
        Tensor dy = GradientCheck.Fill(new Random(2), [2, 3], static r => (float)r.NextDouble()), dh = GradientCheck.Fill(new Random(3), [2, 3], static r => (float)r.NextDouble());
        network.Forward(x, NetworkMode.Frozen);
        network.Backward(new Dictionary<string, Tensor> { [y.Name] = dy, [hidden.Name] = dh });
        float[] expected = [.. dy.ToFloats().Zip(dh.ToFloats(), static (a, b) => b - a)];
        Assert.Equal(expected, network.ReadGradient(hidden.Name).ToFloats());
    }

    [Fact]
    public void Statistics_move_to_those_of_the_batch_and_are_exported()
    {
        var s = new Sketch(1, 3, 4, 4);
        Graph graph = s.With(s.Norm(s.X, 3));
        var network = new TrainingNetwork(graph, new NetworkOptions { Momentum = 0.25f });
        Tensor x = GradientCheck.Fill(new Random(1), [5, 3, 4, 4], static r => (float)r.NextDouble() + 2);
        float[] mean = graph.Find("mean")!.Constant!.ToFloats(), variance = graph.Find("variance")!.Constant!.ToFloats();
        network.Forward(x, NetworkMode.Training);
        for (int c = 0; c < 3; c++)
        {
            double[] values = [.. Enumerable.Range(0, 80).Select(i => (double)x.AsSpan<float>()[(i / 16 * 3 + c) * 16 + i % 16])];
            double m = values.Average(), v = values.Sum(a => (a - m) * (a - m)) / 79;
            Assert.Equal(0.75 * mean[c] + 0.25 * m, network.Statistics["mean"].AsSpan<float>()[c], 5);
            Assert.Equal(0.75 * variance[c] + 0.25 * v, network.Statistics["variance"].AsSpan<float>()[c], 5);
        }
        Graph exported = network.Export();
        Assert.Equal(network.Statistics["mean"].ToFloats(), exported.Find("mean")!.Constant!.ToFloats());
        Assert.Equal(mean, graph.Find("mean")!.Constant!.ToFloats());
        GradientCheck.CheckValues(exported, network, new Dictionary<string, Tensor> { ["x"] = x }, 5);
    }

    [Fact]
    public void What_was_learned_goes_into_the_network_of_another_size_and_into_no_other_network()
    {
        var small = new TrainingNetwork(RoadNetworks.Objects(64, 64, 5, seed: 1));
        small.Forward(Pictures(2, 64), NetworkMode.Training);
        foreach (Parameter parameter in small.Parameters) parameter.Value.AsSpan<float>()[0] += 1;
        Graph large = RoadNetworks.Objects(96, 128, 5, seed: 2);
        small.ExportTo(large);
        Assert.Equal([1, 3, 128, 96], large.Inputs[0].Dims);
        // At its own size, the weights are all that tells two networks apart.
        Graph own = RoadNetworks.Objects(64, 64, 5, seed: 2);
        small.ExportTo(own);
        Assert.Equal(OnnxFile.Serialize(small.Export()), OnnxFile.Serialize(own));
        foreach (Parameter parameter in small.Parameters) Assert.Equal(parameter.Value.ToFloats(), large.Find(parameter.Name)!.Constant!.ToFloats());

        Graph lanes = RoadNetworks.Lanes(64, 64, 4, seed: 1);
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => small.ExportTo(lanes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_weights_are_no_parameters_and_statistics_stay()
    {
        Graph graph = Zoo.Create("mobilenet-v2", new ZooOptions { Width = 0.25, Size = 32, Classes = 4 });
        var network = new TrainingNetwork(graph, new NetworkOptions { Frozen = static name => !name.StartsWith("classifier", StringComparison.Ordinal) });
        Assert.Equal(["classifier.weight", "classifier.bias"], network.Parameters.Select(static p => p.Name));
        float[] before = network.Statistics.Values.First().ToFloats();
        network.Forward(Pictures(2, 32), NetworkMode.Frozen);
        network.Backward(new Dictionary<string, Tensor> { ["logits"] = Tensor.Of([1f, 0, 0, 0, 0, 1, 0, 0], 2, 4) });
        Assert.Equal(before, network.Statistics.Values.First().ToFloats());
        Assert.Contains(network.Parameters[0].Gradient, static g => g != 0);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        var s = new Sketch(1, 4);
        Value y = s.Node("Neg", [s.X]);
        var network = new TrainingNetwork(s.With(y));
        Assert.Throws<InvalidOperationException>(() => network.Backward(new Dictionary<string, Tensor>()));
        Assert.Throws<ArgumentException>(() => network.Forward(Tensor.Zeros(ElementType.Float, 2, 5), NetworkMode.Training));
        network.Forward(Tensor.Zeros(ElementType.Float, 2, 4), NetworkMode.Inference);
        Assert.Throws<InvalidOperationException>(() => network.Backward(new Dictionary<string, Tensor>()));
        Assert.Throws<ArgumentException>(() => network.Read("nothing"));
    }

    private static Tensor Pictures(int batch, int size) => GradientCheck.Fill(new Random(11), [batch, 3, size, size], static r => (float)(r.NextDouble() * 2 - 1));
}
