using EdgeKit.Imaging;
using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary>Pictures and models that nothing can be measured on.</summary>
public class CalibrationFailureTests
{
    [Fact]
    public void Fewer_than_eight_pictures_are_refused()
    {
        using var tool = new Tool();
        Refused(tool, 1, "fewer than 8", tool.Net(), tool.Pictures(7));
    }

    [Fact]
    public void Pictures_of_one_colour_are_refused()
    {
        using var tool = new Tool();
        string folder = Directory.CreateDirectory(tool.At("flat")).FullName;
        for (int i = 0; i < 10; i++)
        {
            var frame = new Frame(32, 32);
            frame.Pixels.AsSpan().Fill((byte)(20 * i));
            ImageFile.Save(frame, Path.Combine(folder, $"{i}.png"));
        }
        Refused(tool, 1, "the calibration set holds 10 pictures, of which 10 are of a single colour", tool.Net(), folder);
    }

    [Fact]
    public void Activations_that_are_not_finite_are_named()
    {
        using var tool = new Tool();
        string net = tool.Net();
        Graph graph = OnnxFile.Load(net);
        Node last = graph.Nodes.Last(static n => n.OpType is "Conv" or "Gemm");
        Tensor weights = last.ConstantInput(1)!;
        last.SetInput(1, graph.NewConstant("broken", Tensor.Of([.. weights.ToFloats().Select(static _ => 3e38f)], weights.Shape)));
        OnnxFile.Save(graph, net);
        Refused(tool, 4, "is not finite", net, tool.Pictures(8));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_found_before_any_work()
    {
        using var tool = new Tool();
        string net = tool.Net(classes: 3), pictures = tool.Pictures(8);
        Outcome outcome = Refused(tool, 1, "class 3 does not exist", net, pictures, "--images", pictures, "--labels", "labels.csv");
        Assert.DoesNotContain("measure", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_grey_pictures_do_not_matter()
    {
        using var tool = new Tool();
        string net = tool.Net(), folder = Directory.CreateDirectory(tool.At("odd")).FullName;
        var random = new Random(4);
        for (int i = 0; i < 8; i++)
        {
            byte[] grey = new byte[(5 + 9 * i) * 40];
            random.NextBytes(grey);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.pgm"), [.. System.Text.Encoding.ASCII.GetBytes($"P5\n40 {5 + 9 * i}\n255\n"), .. grey]);
        }
        Outcome outcome = Tool.Run("quantize", net, "--calib", folder, "--out", tool.At("q.onnx"));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_found_before_any_work()
    {
        using var tool = new Tool();
        Outcome outcome = Tool.Run("quantize", tool.Net(), "--calib", tool.Pictures(8), "--out", tool.At("absent/q.onnx"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("there is no such folder", outcome.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("measure", outcome.Error, StringComparison.Ordinal);
    }

    private static Outcome Refused(Tool tool, int exitCode, string named, string net, string pictures, params string[] rest)
    {
        string[] before = tool.Files();
        Outcome last = Tool.Run(["compress", net, "--calib", pictures, "--out", tool.At("out"), .. rest]);
        foreach (Outcome outcome in new[] { Tool.Run(["quantize", net, "--calib", pictures, "--out", tool.At("q.onnx"), .. rest]), last })
        {
            Assert.Equal(exitCode, outcome.ExitCode);
            Assert.StartsWith("edgekit: ", outcome.LastError, StringComparison.Ordinal);
            Assert.Contains(named, outcome.LastError, StringComparison.Ordinal);
            Assert.Empty(outcome.Output);
        }
        Assert.Equal(before, tool.Files());
        return last;
    }
}
