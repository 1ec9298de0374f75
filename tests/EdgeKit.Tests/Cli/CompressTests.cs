using System.Text.Json;
using Xunit;

namespace EdgeKit.Tests.Cli;

public class CompressTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_json_has_the_figures_of_each_model_under_fixed_names(bool prune)
    {
        using var tool = new Tool();
        string net = tool.Net("m.onnx"), pictures = tool.Pictures(8);
        string[] budget = prune ? ["--mac-budget", "0.8"] : [];
        Outcome outcome = Tool.Run(["compress", net, "--calib", pictures, "--images", pictures, "--labels", "labels.csv", .. budget, "--max-drop", "100", "--out", tool.At("out"), "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        JsonElement report = outcome.Json;
        Assert.Equal(1, report.GetProperty("version").GetInt32());
        string[] names = prune ? ["float", "pruned_float", "pruned_int8"] : ["float", "int8"];
        foreach (string name in new[] { "float", "pruned_float", "pruned_int8", "int8" })
        {
            Assert.Equal(names.Contains(name), report.TryGetProperty(name, out JsonElement figures));
            if (!names.Contains(name)) continue;
            Assert.InRange(figures.GetProperty("top1").GetDouble(), 0, 1);
            Assert.True(figures.GetProperty("macs").GetInt64() > 0);
            Assert.True(figures.GetProperty("params").GetInt64() > 0);
            Assert.True(figures.GetProperty("p50_ms").GetDouble() > 0);
            Assert.True(figures.GetProperty("bytes").GetInt64() > 0);
        }
        Assert.Equal(new FileInfo(Path.Combine(tool.At("out"), "m.int8.ekm")).Length, report.GetProperty(names[^1]).GetProperty("bytes").GetInt64());
        Assert.True(report.GetProperty("goal_met").GetBoolean());
        Assert.Equal("top-1", report.GetProperty("drop").GetProperty("measure").GetString());
        Assert.All(File.ReadAllLines(tool.At("out/report.txt")).Skip(1), static line => Assert.InRange(line.Length, 0, 80));
    }
}
