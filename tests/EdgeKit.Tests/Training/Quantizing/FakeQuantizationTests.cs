using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Training;
using EdgeKit.Training.Distilling;
using EdgeKit.Training.Quantizing;
using Xunit;

namespace EdgeKit.Tests.Training.Quantizing;

public class FakeQuantizationTests
{
    [Theory]
    [InlineData("resnet-8", ActivationScheme.Asymmetric, false)]
    [InlineData("resnet-8", ActivationScheme.Asymmetric, true)]
    [InlineData("resnet-8", ActivationScheme.Symmetric, false)]
    [InlineData("mobilenet-v2", ActivationScheme.Asymmetric, false)]
    [InlineData("shufflenet-v2", ActivationScheme.Asymmetric, false)]
    public void Before_it_learns_it_computes_what_the_quantized_model_computes(string name, ActivationScheme scheme, bool corrected)
    {
        (QuantizedModel model, QuantizeResult result) = Quantized(name, Plain with { Activations = scheme, Without = corrected ? new HashSet<string>() : Plain.Without });
        FakeQuantization fake = Fake(result, model);
        var network = new TrainingNetwork(fake.Graph);
        new RoundedWeights(network.Parameters, fake.Weights).Round();
        Tensor picture = Pictures(1)[0];
        network.Forward(picture, NetworkMode.Inference);
        float[] expected = ReferenceExecutor.Run(result.Qdq, new Dictionary<string, Tensor> { [result.Qdq.Inputs[0].Name] = picture }, ["logits"])["logits"].ToFloats();
        float[] actual = network.Read("logits").ToFloats();
        // Sums of products in another order may round to the neighbouring step now and then.
        double error = expected.Zip(actual, static (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(static a => (double)a * a);
        Assert.True(error < 1e-3, $"squared error {error}");
    }

    [Fact]
    public void Written_again_without_learning_it_is_the_same_model()
    {
        (QuantizedModel model, QuantizeResult result) = Quantized("resnet-8", Plain);
        FakeQuantization fake = Fake(result, model);
        QuantizeResult again = Quantizer.Quantize(fake.Learned(model.Float), [], Plain with
        {
            Ranges = fake.Ranges().ToDictionary(static r => r.Key, static r => new ValueRange(r.Value.Low, r.Value.High)),
        });
        foreach (QuantizedTensor tensor in result.Tensors)
        {
            QuantizedTensor other = again.Tensors.Single(t => t.Name == tensor.Name);
            Assert.Equal(tensor.Parameters.ZeroPoint, other.Parameters.ZeroPoint);
            Assert.Equal(1, other.Parameters.Scale / tensor.Parameters.Scale, 1e-5);
        }
        Value[] weights = [.. result.Qdq.Values.Where(static v => v.Constant is { Type: ElementType.Int8, Rank: > 1 })];
        Assert.NotEmpty(weights);
        Assert.All(weights, w => Assert.Equal(w.Constant!.Bytes.ToArray(), again.Qdq.Find(w.Name)!.Constant!.Bytes.ToArray()));
    }

    [Fact]
    public void It_learns_to_be_nearer_to_the_float_model()
    {
        (QuantizedModel model, QuantizeResult result) = Quantized("resnet-8", Plain with { Weights = WeightGranularity.PerTensor });
        FakeQuantization fake = Fake(result, model);
        StageResult stage = Distiller.Run(fake, model.Float, (_, step) => Batch(step), new DistillationOptions { Steps = 40, Rate = 3e-4 });
        Assert.True(stage.Losses.TakeLast(5).Average() < 0.8 * stage.Losses.Take(5).Average(), $"{stage.Losses.Take(5).Average()} to {stage.Losses.TakeLast(5).Average()}");
        Assert.NotEqual(0, fake.Graph.Values.Count(static v => v.Name.StartsWith("log2_scale", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rounding_passes_gradients_inside_of_the_range_and_the_scale_gets_the_slope_of_the_rest()
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, 5]), theta = graph.NewConstant("theta", Tensor.Of([-1f], 1));
        Node round = graph.Append(FakeQuantization.Operator, [x, theta], domain: Graph.EdgeKitDomain);
        round.Attributes.Set("zero_point", 2).Set("minimum", 0).Set("maximum", 8);
        graph.AddOutput(round.Output);
        string y = round.Output.Name;
        var network = new TrainingNetwork(graph, new NetworkOptions { Observed = ["x"] });
        // Scale 0.5, so that the range is -1 to 3.
        network.Forward(Tensor.Of([-3f, -0.6f, 0.2f, 1.3f, 9f], 1, 5), NetworkMode.Frozen);
        Assert.Equal([-1f, -0.5f, 0f, 1.5f, 3f], network.Read(y).ToFloats());
        network.Backward(new Dictionary<string, Tensor> { [y] = Tensor.Of([1f, 1f, 1f, 1f, 1f], 1, 5) });
        Assert.Equal([0f, 1f, 1f, 1f, 0f], network.ReadGradient("x").ToFloats());
        double slope = -2 + (-1 + 1.2) + (0 - 0.4) + (3 - 2.6) + 6;
        Assert.Equal(slope * 0.5 * Math.Log(2), Assert.Single(network.Parameters).Gradient[0], 1e-5);
    }

    private static readonly QuantizeOptions Plain = new() { Method = CalibrationMethod.MinMax, Without = new HashSet<string> { "equalize", "absorb", "rounding", "bias-correction" } };

    private static (QuantizedModel Model, QuantizeResult Result) Quantized(string name, QuantizeOptions options)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Size = 32, Classes = 10, Width = 0.5 });
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures(8), options);
        return (model, model.Write());
    }

    private static FakeQuantization Fake(QuantizeResult result, QuantizedModel model)
    {
        var tensors = result.Tensors.ToDictionary(static t => t.Name);
        return FakeQuantization.Of(result.Qdq, model.Float, name => tensors[name].Group, name => tensors[name].Method is null);
    }

    private static Tensor[] Pictures(int count) => [.. Enumerable.Range(0, count).Select(i => Tensor.Of(Batch(i).AsSpan<float>()[..(3 * 32 * 32)].ToArray(), 1, 3, 32, 32))];

    private static Tensor Batch(long step)
    {
        CounterRandom random = CounterRandom.Of(4, step);
        float[] values = new float[4 * 3 * 32 * 32];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextGaussian();
        return Tensor.Of(values, 4, 3, 32, 32);
    }
}
