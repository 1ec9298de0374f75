using System.Text.Json;
using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx.Networks;

public sealed class ZooTests
{
    /// <summary>Random weights amplify rounding from layer to layer more than trained ones.</summary>
    private const double Tolerance = 5e-5;

    public static TheoryData<string> Names() => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decluttering_keeps_the_outputs_and_leaves_no_batch_normalisation(string name)
    {
        Graph before = ZooCache.Small(name);
        Graph after = before.Clone();
        Declutter.Run(after);
        ShapeInference.Run(after);
        TestNet.AssertSame(before, after, new Random(2), Tolerance);
        Assert.DoesNotContain("BatchNormalization", TestNet.Ops(after));
        Assert.Equal("logits", Assert.Single(after.Outputs).Name);
        Assert.Equal([1, 10], after.Outputs[0].Dims);
        Assert.Equal([1, 3, 64, 64], Assert.Single(after.Inputs).Dims);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_hold_the_same_network(string name)
    {
        Graph before = ZooCache.Small(name);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            OnnxFile.Save(before, path);
            TestNet.AssertSame(before, ModelLoader.Load(path, declutter: false), new Random(3), tolerance: 0);
            Graph loaded = ModelLoader.Load(path);
            TestNet.AssertSame(before, loaded, new Random(3), Tolerance);
            Graph decluttered = before.Clone();
            Declutter.Run(decluttered);
            Assert.Equal(TestNet.Ops(decluttered), TestNet.Ops(loaded));
            Assert.Equal("untrained", loaded.Metadata[Zoo.WeightsKey]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Activations_are_sane(string name)
    {
        // Neither vanishing nor exploding: every normalised map has a spread of about one, and the logits differ.
        Graph graph = ZooCache.Small(name);
        string[] normalised = [.. graph.Nodes.Where(static n => n.OpType == "BatchNormalization").Select(static n => n.Output.Name)];
        var feeds = new Dictionary<string, Tensor> { ["input"] = TestNet.Picture([1, 3, 64, 64], new Random(5)) };
        Dictionary<string, Tensor> values = ReferenceExecutor.Run(graph, feeds, normalised);
        foreach (string map in normalised) Assert.InRange(Deviation(values[map].ToFloats()), 0.1, 10);
        Assert.InRange(Deviation(values["logits"].ToFloats()), 0.01, 100);
    }

    [Theory]
    [InlineData("lenet-5", 32, 1, "logits")]
    [InlineData("mobilevit-small", 64, 0.25, "logits")]
    [InlineData("mobilenet-v4-hybrid-medium", 64, 0.25, "logits")]
    [InlineData("convnext-v2-atto", 32, 0.25, "logits")]
    [InlineData("levit-128s", 64, 0.25, "logits")]
    [InlineData("yolov8-nano", 64, 0.25, "boxes, scores")]
    [InlineData("hydranet", 64, 0.125, "vehicles, pedestrians, lights, lanes, depth")]
    [InlineData("unet", 32, 0.0625, "scores")]
    [InlineData("dcgan-generator", 64, 0.0625, "picture")]
    [InlineData("gcn", 8, 1, "scores")]
    [InlineData("lstm-head", 4, 0.25, "logits")]
    public void Further_networks_are_written_and_read(string name, int size, double width, string outputs)
    {
        Graph before = Zoo.Create(name, Zoo.Defaults(name) with { Size = size, Width = width });
        Assert.Equal(outputs, string.Join(", ", before.Outputs.Select(static v => v.Name)));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            OnnxFile.Save(before, path);
            Graph after = ModelLoader.Load(path);
            Assert.Equal(before.Inputs.Select(static v => (v.Name, string.Join('x', v.Dims))), after.Inputs.Select(static v => (v.Name, string.Join('x', v.Dims))));
            TestNet.AssertSame(before, after, new Random(3), Tolerance);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_outline_has_the_same_layers_without_weights()
    {
        var options = new ZooOptions { Width = 0.25, Size = 32, Classes = 10 };
        Graph outline = Zoo.Outline("resnet-18", options), built = Zoo.Create("resnet-18", options);
        Assert.Equal(TestNet.Ops(built), TestNet.Ops(outline));
        Assert.Equal(ModelSummary.Of(built).Parameters, ModelSummary.Of(outline).Parameters);
        Assert.All(outline.Nodes.Where(static n => n.OpType == "Conv"), static n => Assert.All(n.ConstantInput(1)!.ToFloats(), static w => Assert.Equal(0, w)));
    }

    [Fact]
    public void The_seed_makes_the_weights()
    {
        var options = new ZooOptions { Width = 0.25, Size = 32, Classes = 10 };
        byte[] one = OnnxFile.Serialize(Zoo.Create("mobilenet-v2", options));
        Assert.Equal(one, OnnxFile.Serialize(Zoo.Create("mobilenet-v2", options)));
        Assert.NotEqual(one, OnnxFile.Serialize(Zoo.Create("mobilenet-v2", options with { Seed = 2 })));
    }

    [Fact]
    public void Weights_have_the_spread_of_He_initialisation()
    {
        Graph graph = ZooCache.Default("resnet-18");
        Tensor weights = graph.Nodes.Single(static n => n.Name == "layer4.2.conv2").ConstantInput(1)!;
        double expected = Math.Sqrt(2.0 / (512 * 3 * 3));
        Assert.InRange(Deviation(weights.ToFloats()) / expected, 0.99, 1.01);
    }

    [Fact]
    public void Preprocessing_travels_in_the_metadata()
    {
        using JsonDocument json = JsonDocument.Parse(ZooCache.Small("mobilenet-v2").Metadata["edgekit.preprocessing"]);
        Assert.Equal(64, json.RootElement.GetProperty("width").GetInt32());
        Assert.Equal("crop", json.RootElement.GetProperty("fit").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("mean").GetArrayLength());
    }

    [Theory]
    [InlineData("mobilenet-v9", 1, 224, 1000)]
    [InlineData("mobilenet-v1", 0, 224, 1000)]
    [InlineData("mobilenet-v1", 1, 16, 1000)]
    [InlineData("mobilenet-v1", 1, 224, 1)]
    [InlineData("mobilenet-v1", double.NaN, 224, 10)]
    [InlineData("inception-v3", 1, 64, 10)]
    [InlineData("unet", 1, 100, 10)]
    public void Options_out_of_range_are_refused(string name, double width, int size, int classes) =>
        Assert.Throws<ArgumentException>(() => Zoo.Create(name, new ZooOptions { Width = width, Size = size, Classes = classes }));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_smallest_legal_size_works(string name)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = 0.1, Size = 32, Classes = 2 });
        Assert.Equal([1, 2], graph.Outputs[0].Dims);
        Assert.All(graph.Nodes, static n => Assert.All(n.Outputs[0].Dims, static d => Assert.True(d > 0)));
    }

    [Fact]
    public void MobileNetV3_has_its_squeeze_and_excite_blocks()
    {
        // Howard et al. 2019, tables 1 and 2.
        Assert.Equal(8, SqueezeExcite.Find(ZooCache.Default("mobilenet-v3-large")).Count);
        Assert.Equal(9, SqueezeExcite.Find(ZooCache.Default("mobilenet-v3-small")).Count);
    }

    private static double Deviation(float[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
