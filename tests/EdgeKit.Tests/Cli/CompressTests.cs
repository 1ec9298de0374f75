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

    [Fact]
    public void A_goal_that_is_missed_is_exit_code_3_with_the_files_written_and_said()
    {
        using var tool = new Tool();
        string net = tool.Net("m.onnx"), pictures = tool.Pictures(24);
        Outcome outcome = Tool.Run("compress", net, "--calib", pictures, "--mac-budget", "0.3", "--multiple", "1", "--max-drop", "0", "--out", tool.At("out"), "--json");
        Assert.True(outcome.ExitCode == 3, outcome.Error);
        JsonElement report = outcome.Json;
        Assert.False(report.GetProperty("goal_met").GetBoolean());
        Assert.True(report.GetProperty("drop").GetProperty("points").GetDouble() > 0);
        Assert.Equal("agreement with the float model", report.GetProperty("drop").GetProperty("measure").GetString());
        Assert.Equal(18, report.GetProperty("calibration_images").GetInt32());
        Assert.Equal(6, report.GetProperty("verification_images").GetInt32());
        Assert.True(File.Exists(tool.At("out/m.int8.ekm")));
        Assert.Contains("NOT met", File.ReadAllText(tool.At("out/report.txt")), StringComparison.Ordinal);
        Assert.Contains(report.GetProperty("notes").EnumerateArray(), static n => n.GetString()!.Contains("pruning alone", StringComparison.Ordinal));
    }

    [Fact]
    public void A_least_cosine_is_met_or_the_gate_says_so()
    {
        using var tool = new Tool();
        string[] command = ["quantize", tool.Net(), "--calib", tool.Pictures(12), "--out", tool.At("q.onnx"), "--min-cosine"];
        Outcome met = Tool.Run([.. command, "0.1", "--json"]);
        Assert.True(met.ExitCode == 0, met.Error);
        JsonElement report = JsonDocument.Parse(met.Output).RootElement;
        Assert.Equal(0.1, report.GetProperty("min_cosine").GetDouble());
        Assert.InRange(report.GetProperty("drop").GetDouble(), 0, 90);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("max_drop").ValueKind);

        Outcome missed = Tool.Run([.. command, "1"]);
        Assert.Equal(3, missed.ExitCode);
        Assert.Contains("a cosine of at least 1 for every output; NOT met", missed.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(tool.At("q.onnx")));

        Assert.Equal(2, Tool.Run([.. command, "99"]).ExitCode);
        Assert.Equal(2, Tool.Run([.. command, "0.9", "--max-drop", "1"]).ExitCode);
    }

    [Fact]
    public void A_scheme_is_written_read_edited_and_refused_by_name()
    {
        using var tool = new Tool();
        string net = tool.Net("m.onnx"), pictures = tool.Pictures(8), scheme = tool.At("s.json");
        Assert.Equal(0, Tool.Run("quantize", net, "--calib", pictures, "--out", tool.At("a.onnx"), "--save-scheme", scheme).ExitCode);
        Outcome read = Tool.Run("quantize", net, "--scheme", scheme, "--calib", pictures, "--out", tool.At("b.onnx"), "--save-scheme", tool.At("t.json"));
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.Equal(File.ReadAllBytes(tool.At("a.onnx")), File.ReadAllBytes(tool.At("b.onnx")));

        string text = File.ReadAllText(scheme);
        File.WriteAllText(scheme, text.Replace("\"operator\":\"Gemm\",\"type\":\"int8\"", "\"operator\":\"Gemm\",\"type\":\"float\"", StringComparison.Ordinal));
        JsonElement edited = JsonDocument.Parse(Tool.Run("quantize", net, "--scheme", scheme, "--out", tool.At("c.onnx"), "--json").Output).RootElement;
        Assert.Contains(edited.GetProperty("float_operators").EnumerateArray(), static f => f.GetProperty("op_type").GetString() == "Gemm");

        File.WriteAllText(scheme, text.Replace("\"name\":\"", "\"name\":\"x", StringComparison.Ordinal));
        Outcome wrong = Tool.Run("quantize", net, "--scheme", scheme, "--out", tool.At("d.onnx"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.StartsWith($"edgekit: {scheme}: the model has no", wrong.LastError, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("d.onnx")));
        Assert.Equal(1, Tool.Run("quantize", net, "--scheme", tool.At("absent.json"), "--out", tool.At("d.onnx")).ExitCode);
        Assert.Equal(2, Tool.Run("quantize", net, "--out", tool.At("d.onnx")).ExitCode);
    }
}
