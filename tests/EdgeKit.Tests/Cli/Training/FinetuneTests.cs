using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Cli.Training;

public sealed class FinetuneTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_pruned_model_learns_and_the_quantized_one_too()
    {
        string original = _tool.Net(classes: 16), pictures = _tool.Pictures(16);
        Assert.Equal(0, Tool.Run("prune", original, "--mac-budget", "0.7", "--out", _tool.At("p.onnx")).ExitCode);
        Outcome run = Tool.Run("finetune", _tool.At("p.onnx"), "--teacher", original, "--calib", pictures, "--qat", "--block-steps", "3", "--steps", "30", "--qat-steps", "10",
            "--images", pictures, "--labels", "labels.csv", "--save-scheme", _tool.At("s.json"), "--curve", _tool.At("c.svg"), "--out", _tool.At("q.onnx"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Graph graph = OnnxFile.Load(_tool.At("q.onnx"));
        Assert.Contains(graph.Nodes, static n => n.OpType == "QuantizeLinear");
        Assert.DoesNotContain(graph.Nodes, static n => n.OpType == "FakeQuantize");
        var stages = run.Json.GetProperty("stages").EnumerateArray().ToDictionary(static s => s.GetProperty("name").GetString()!);
        Assert.True(stages["all"].GetProperty("last_loss").GetDouble() < stages["all"].GetProperty("first_loss").GetDouble());
        Assert.Equal(10, stages["8 bits"].GetProperty("steps").GetInt32());
        Assert.True(File.Exists(_tool.At("s.json")));
    }

    [Fact]
    public void Compress_uses_both()
    {
        string original = _tool.Net(), pictures = _tool.Pictures(8);
        Outcome run = Tool.Run("compress", original, "--calib", pictures, "--mac-budget", "0.8", "--finetune", "20", "--out", _tool.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(run.Json.GetProperty("notes").EnumerateArray(), static n => n.GetString()!.Contains("learned from the original", StringComparison.Ordinal));
    }

    [Fact]
    public void A_teacher_with_other_outputs_is_refused()
    {
        string student = _tool.Net(), teacher = _tool.Net("other.onnx", classes: 7), pictures = _tool.Pictures(8);
        Outcome run = Tool.Run("finetune", student, "--teacher", teacher, "--calib", pictures, "--out", _tool.At("f.onnx"));
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("teacher", run.LastError);
    }
}
