using System.Text.Json;
using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Tests.Onnx.Networks;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx.Analysis;

public sealed class ModelSummaryTests
{
    [Fact]
    public void Peak_memory_is_what_lives_at_once()
    {
        // 256 bytes each: at the Add, the input of the branch waits for the branch's end.
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 4, 4, 4));
        Value y = net.Op("Tanh", net.Op("Sigmoid", x));
        Summary(net, net.Op("Add", x, y), out ModelSummary summary);
        Assert.Equal(3 * 256, summary.PeakActivationBytes);
        Assert.Equal(4 * 256, summary.ActivationBytes);
    }

    [Fact]
    public void Reshaping_takes_no_memory()
    {
        var net = new TestNet();
        Value x = net.Op("Flatten", net.Reshape(net.Op("Relu", net.Input(1, 4, 4, 4)), 1, 8, 2, 4));
        Summary(net, net.Op("Tanh", x), out ModelSummary summary);
        Assert.Equal(2 * 256, summary.PeakActivationBytes);
    }

    [Fact]
    public void A_value_that_is_an_output_lives_to_the_end()
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 4, 4, 4));
        net.Graph.AddOutput(x);
        Summary(net, net.Op("Tanh", net.Op("Sigmoid", x)), out ModelSummary summary);
        Assert.Equal(3 * 256, summary.PeakActivationBytes);
    }

    [Fact]
    public void Statistics_hyperparameters_and_repeated_constants_are_not_parameters()
    {
        var net = new TestNet();
        Value weight = net.Random(-1, 1, 4, 4, 1, 1);
        Value x = net.Norm(net.Op("Conv", net.Input(1, 4, 4, 4), weight), 4);
        x = net.Op("Clip", net.Op("Conv", x, weight), net.Scalar(0), net.Scalar(6));
        x = net.Op("PRelu", net.Op("Mul", x, net.Scalar(0.5f)), net.Random(0, 1, 4, 1, 1));
        Summary(net, net.Op("Add", x, net.Random(-1, 1, 4, 1, 1)), out ModelSummary summary);
        Assert.Equal([16, 8, 0, 0, 0, 4, 4], summary.Layers.Select(static l => l.Parameters));
    }

    [Fact]
    public void Matrix_products_of_computed_values_cost_but_hold_nothing()
    {
        var net = new TestNet();
        Value x = net.Input(1, 6, 5, 7);
        Summary(net, net.Op("MatMul", x, net.Transpose(x, 0, 1, 3, 2)), out ModelSummary summary);
        Assert.Equal(6 * 5 * 5 * 7, summary.Macs);
        Assert.Equal(0, summary.Parameters);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_000, "1.00K")]
    [InlineData(99_949, "99.9K")]
    [InlineData(99_950, "100K")]
    [InlineData(999_499, "999K")]
    [InlineData(999_500, "1.00M")]
    [InlineData(4_089_184_256, "4.09G")]
    public void Large_numbers_are_shortened(long value, string expected) => Assert.Equal(expected, SummaryTable.Short(value));

    [Theory]
    [InlineData("mobilenet-v3-small")]
    [InlineData("shufflenet-v2")]
    public void The_table_fits_80_columns(string name)
    {
        Graph graph = ZooCache.Default(name);
        ModelSummary summary = ModelSummary.Of(graph);
        foreach (string table in (string[])[SummaryTable.Format(summary), SummaryTable.Format(summary, static n => n.Is("Conv") ? "INT8" : "float")])
        {
            string[] lines = table.Split('\n');
            Assert.All(lines, static l => Assert.InRange(l.Length, 0, 80));
            Assert.Equal(graph.Nodes.Count + 1 + 4 + 1, lines.Length);
            Assert.StartsWith("layer ", lines[0], StringComparison.Ordinal);
        }
    }

    [DataFact]
    public void The_table_fits_80_columns_with_long_names()
    {
        ModelSummary summary = ModelSummary.Of(ModelLoader.Load(TestData.Model("twinlitenet_360x640.onnx")));
        Assert.All(SummaryTable.Format(summary, static _ => "not at all").Split('\n'), static l => Assert.InRange(l.Length, 0, 80));
    }

    [Fact]
    public void Json_holds_every_layer_and_the_totals()
    {
        ModelSummary summary = ModelSummary.Of(ZooCache.Default("mobilenet-v2"));
        using JsonDocument json = JsonDocument.Parse(SummaryJson.Format(summary, static n => n.OpType));
        JsonElement root = json.RootElement;
        Assert.Equal(SummaryJson.Version, root.GetProperty("version").GetInt32());
        Assert.Equal(summary.Macs, root.GetProperty("macs").GetInt64());
        Assert.Equal(summary.Layers.Count, root.GetProperty("layers").GetArrayLength());
        JsonElement stem = root.GetProperty("layers")[0];
        Assert.Equal("stem", stem.GetProperty("name").GetString());
        Assert.Equal("Conv", stem.GetProperty("runs_as").GetString());
        Assert.Equal(3, stem.GetProperty("receptive_field").GetProperty("height").GetInt32());
        Assert.Equal(2, stem.GetProperty("stride").GetProperty("y").GetDouble());
        Assert.Equal(10_838_016, stem.GetProperty("macs").GetInt64());
    }

    [DataFact]
    public void Real_models_have_the_costs_of_their_architectures()
    {
        // Folded MobileNetV2 with 1001 classes; ResNet-20 of He et al. 2016, table 6: 0.27 M, and 40.8 M multiply-accumulates with option-A shortcuts.
        ModelSummary mobile = ModelSummary.Of(ModelLoader.Load(TestData.Model("mobilenet_v2_1.0_224.onnx")));
        Assert.Equal(3_487_816 + 1_281, mobile.Parameters);
        Assert.Equal(300_774_272 + 1_280, mobile.Macs);
        ModelSummary residual = ModelSummary.Of(ModelLoader.Load(TestData.Model("resnet20_cifar10.onnx"), declutter: false));
        Assert.Equal(269_722, residual.Parameters);
        Assert.InRange(residual.Macs, 40_500_000, 41_000_000);
    }

    private static void Summary(TestNet net, Value output, out ModelSummary summary)
    {
        net.Graph.AddOutput(output);
        ShapeInference.Run(net.Graph);
        summary = ModelSummary.Of(net.Graph);
    }
}
