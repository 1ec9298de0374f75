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

    [Theory]
    [InlineData(float.NaN, "its weights 'broken' hold NaN or infinity")]
    [InlineData(float.NegativeInfinity, "its weights 'broken' hold NaN or infinity")]
    [InlineData(1e38f, "yields NaN or infinity on")]
    public void The_layer_is_named_where_numbers_cease_to_be_finite(float weight, string problem)
    {
        using var tool = new Tool();
        string net = tool.Net(), pictures = tool.Pictures(8);
        Graph graph = OnnxFile.Load(net);
        Node third = graph.Nodes.Where(static n => n.OpType == "Conv").ElementAt(2);
        Tensor weights = third.ConstantInput(1)!;
        third.SetInput(1, graph.NewConstant("broken", Tensor.Of([.. weights.ToFloats().Select((w, i) => i % 2 == 0 ? weight : w)], weights.Shape)));
        OnnxFile.Save(graph, net);
        Refused(tool, 4, $"net.onnx: node '{third.Name}' (Conv): {problem}", net, pictures);
        RefusedByPrune(tool, 4, $"net.onnx: node '{third.Name}' (Conv): {problem}", net, pictures);
    }

    [Fact]
    public void Labels_that_do_not_fit_are_found_before_any_work()
    {
        using var tool = new Tool();
        string net = tool.Net(classes: 3), pictures = tool.Pictures(8);
        Outcome outcome = Refused(tool, 1, "class 3 does not exist", net, pictures, "--images", pictures, "--labels", "labels.csv");
        Assert.DoesNotContain("measure", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(400, 3)]
    public void Pictures_far_smaller_than_the_input_are_refused(int width, int height)
    {
        using var tool = new Tool();
        string net = tool.Net(), folder = Pictures(tool, 9, width, _ => height);
        string message = $"the calibration set holds 9 pictures, of which 9 are far smaller than the model's 32x32, such as {width}x{height}";
        Refused(tool, 1, message, net, folder);
        RefusedByPrune(tool, 1, message, net, folder);
    }

    [Fact]
    public void Other_sizes_and_shapes_are_taken_without_a_word()
    {
        using var tool = new Tool();
        Assert.Empty(Notes(tool, Pictures(tool, 8, 40, static i => 11 + 9 * i)));
    }

    [Theory]
    [InlineData(40, 40, 4, "4 of 8 calibration pictures are without colour")]
    [InlineData(8, 40, 0, "8 of 8 calibration pictures are less than a third of the model's 32x32 in width or height, the smallest 8x40")]
    public void What_the_model_will_hardly_see_is_said(int width, int height, int grey, string note)
    {
        using var tool = new Tool();
        Assert.Contains(note, Assert.Single(Notes(tool, Pictures(tool, 8, width, _ => height, grey))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--mac-budget", "0.01", "the budget of 1 % of the MACs can't be met")]
    [InlineData("--params", "12", "the budget of 12 parameters can't be met")]
    public void A_budget_out_of_reach_leaves_no_folder_and_names_one_within(string option, string budget, string message)
    {
        using var tool = new Tool();
        string net = tool.Net(), pictures = tool.Pictures(8);
        string[] before = tool.Files(), settings = ["--calib", pictures, "--score", "l1", "--refit", "none", option];
        foreach (string[] command in new[] { new[] { "compress", net, "--out", tool.At("new/out") }, ["prune", net, "--out", tool.At("new/p.onnx")] })
        {
            Outcome outcome = Tool.Run([.. command, .. settings, budget]);
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains($"net.onnx: {message}", outcome.LastError, StringComparison.Ordinal);
            Assert.Equal(before, tool.Files());
            Assert.False(Directory.Exists(tool.At("new")));
            const string Least = "give a budget of at least ";
            string within = outcome.LastError[(outcome.LastError.IndexOf(Least, StringComparison.Ordinal) + Least.Length)..].Split(',')[0].Replace(" k parameters", "k", StringComparison.Ordinal);
            Assert.True(Tool.Run(["prune", net, "--out", tool.At("least.onnx"), .. settings, within]).ExitCode == 0, within);
            File.Delete(tool.At("least.onnx"));
        }
    }

    [Fact]
    public void A_graph_in_which_nothing_can_go_says_why()
    {
        using var tool = new Tool();
        string net = tool.BareNet("net.onnx");
        Outcome outcome = Tool.Run("prune", net, "--mac-budget", "0.9", "--out", tool.At("p.onnx"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("100 % is the least: no channel can go, 4 channels have to stay (graph output '", outcome.LastError, StringComparison.Ordinal);
        Assert.Equal(["net.onnx"], tool.Files());
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

    // Noise of three planes, or of one.
    private static string Pictures(Tool tool, int count, int width, Func<int, int> height, int grey = 0)
    {
        string folder = Directory.CreateDirectory(tool.At("odd")).FullName;
        var random = new Random(4);
        for (int i = 0; i < count; i++)
        {
            byte[] samples = new byte[width * height(i) * (i < grey ? 1 : 3)];
            random.NextBytes(samples);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.{(i < grey ? "pgm" : "ppm")}"), [.. System.Text.Encoding.ASCII.GetBytes($"P{(i < grey ? 5 : 6)}\n{width} {height(i)}\n255\n"), .. samples]);
        }
        return folder;
    }

    private static string[] Notes(Tool tool, string pictures)
    {
        Outcome outcome = Tool.Run("quantize", tool.Net(), "--calib", pictures, "--out", tool.At("q.onnx"), "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return [.. outcome.Json.GetProperty("notes").EnumerateArray().Select(static n => n.GetString()!)];
    }

    private static void RefusedByPrune(Tool tool, int exitCode, string named, string net, string pictures)
    {
        string[] before = tool.Files();
        Outcome outcome = Tool.Run("prune", net, "--mac-budget", "0.9", "--calib", pictures, "--out", tool.At("p.onnx"));
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(named, outcome.LastError, StringComparison.Ordinal);
        Assert.Equal(before, tool.Files());
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
        Assert.False(Directory.Exists(tool.At("out")));
        return last;
    }
}
