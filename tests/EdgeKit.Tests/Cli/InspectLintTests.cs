using System.Text.Json;
using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary><c>edgekit inspect --lint</c>.</summary>
public class InspectLintTests
{
    private static string Save(Tool tool, Func<TestNet, Value, Value> layers)
    {
        var net = new TestNet();
        net.Graph.AddOutput(layers(net, net.Input(1, 3, 16, 16)));
        string path = tool.At("m.onnx");
        OnnxFile.Save(net.Graph, path);
        return path;
    }

    [Fact]
    public void Faults_are_told_and_end_with_3()
    {
        using var tool = new Tool();
        string model = Save(tool, static (net, x) => net.Op("ConvTranspose", [x, net.Random(-1, 1, 3, 8, 3, 3)], ("strides", new[] { 2, 2 })));
        Outcome outcome = Tool.Run("inspect", model, "--lint");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("1 finding", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("checkerboard", outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n').Skip(1), static line => Assert.InRange(line.Length, 0, 80));
        using JsonDocument json = JsonDocument.Parse(Tool.Run("inspect", model, "--lint", "--json").Output);
        Assert.Equal("checkerboard", json.RootElement.GetProperty("findings")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public void Anchors_are_those_of_the_decoder()
    {
        using var tool = new Tool();
        string model = Save(tool, static (net, x) => net.Op("Conv", [x, net.Random(-1, 1, 255, 3, 8, 8)], ("strides", new[] { 8, 8 })));
        File.WriteAllText(Path.ChangeExtension(model, ".json"), """{"width": 16, "height": 16, "color": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1], "decoder": {"kind": "yolov5", "strides": [8], "anchors": [[10, 13]]}}""");
        Outcome outcome = Tool.Run("inspect", model, "--lint");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("1 of 1 anchors of stride 8", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_comes_out_empty_is_a_finding_and_names_the_layer()
    {
        using var tool = new Tool();
        string model = Save(tool, static (net, x) => net.Op("Conv", [x, net.Random(-1, 1, 8, 3, 17, 17)]));
        Outcome outcome = Tool.Run("inspect", model, "--lint");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("the output would be", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_network_and_a_file_that_is_none()
    {
        using var tool = new Tool();
        string model = Save(tool, static (net, x) => net.Conv(x, 8, 3, 3));
        Outcome outcome = Tool.Run("inspect", model, "--lint");
        Assert.Equal((0, $"{model}: nothing to complain about"), (outcome.ExitCode, outcome.Output.TrimEnd()));
        File.WriteAllBytes(model, [1, 2, 3]);
        Assert.Equal(4, Tool.Run("inspect", model, "--lint").ExitCode);
    }
}
