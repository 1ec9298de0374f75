using Xunit;

namespace EdgeKit.Tests.Cli;

public class FailureTests
{
    [Theory]
    [InlineData("inspect")]
    [InlineData("bench")]
    [InlineData("compile", "--out", "x.ekm")]
    [InlineData("quantize", "--calib", "random", "--out", "q.onnx")]
    [InlineData("prune", "--mac-budget", "0.9", "--out", "p.onnx")]
    [InlineData("compress", "--calib", "random")]
    [InlineData("compare", "--reference", "m.onnx", "--images", "random")]
    public void A_missing_model_is_exit_code_1(string verb, params string[] rest)
    {
        Outcome outcome = Tool.Run([verb, "missing.onnx", .. rest]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("edgekit: missing.onnx: there is no such file\n", outcome.Error);
    }

    [Theory]
    [InlineData("bad.onnx")]
    [InlineData("bad.ekm")]
    public void A_malformed_model_is_exit_code_4(string name)
    {
        using var tool = new Tool();
        File.WriteAllText(tool.At(name), "this is no model");
        Outcome outcome = Tool.Run("inspect", tool.At(name));
        Assert.Equal(4, outcome.ExitCode);
        Assert.StartsWith($"edgekit: {tool.At(name)}: ", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsupported_operator_is_exit_code_4_and_leaves_no_file()
    {
        using var tool = new Tool();
        string net = tool.BareNet("odd.onnx", "Frobnicate");
        Outcome outcome = Tool.Run("compile", net, "--out", tool.At("odd.ekm"));
        Assert.Equal(4, outcome.ExitCode);
        Assert.Contains("Frobnicate", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(["odd.onnx"], tool.Files());
    }

    [Fact]
    public void Missing_preprocessing_is_exit_code_2_with_a_template_that_works()
    {
        using var tool = new Tool();
        string net = tool.BareNet("net.onnx");
        string[] command = ["quantize", net, "--calib", "random", "--out", tool.At("q.onnx")];
        Outcome outcome = Tool.Run(command);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(tool.At("net.json"), outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["net.onnx"], tool.Files());

        File.WriteAllText(tool.At("net.json"), outcome.Error[outcome.Error.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(0, Tool.Run(command).ExitCode);
    }

    [Fact]
    public void A_preprocessing_file_of_another_size_is_exit_code_2()
    {
        using var tool = new Tool();
        string net = tool.Net();
        File.WriteAllText(tool.At("net.json"), EdgeKit.Imaging.Preprocessing.Template(64, 48));
        Outcome outcome = Tool.Run("inspect", net);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("64x48", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_labels_and_pictures_are_exit_code_1()
    {
        using var tool = new Tool();
        string net = tool.Net(classes: 3), pictures = tool.Pictures(4);
        File.WriteAllText(Path.Combine(pictures, "wrong.csv"), "0.png,zero\n");
        File.WriteAllText(Path.Combine(pictures, "short.csv"), "0.png,0\n");

        Failure("wrong.csv", "--images", pictures, "--labels", "wrong.csv");
        Failure("1.png", "--images", pictures, "--labels", "short.csv");
        Failure("3.png", "--images", pictures, "--labels", "labels.csv");
        Failure("absent.csv", "--images", pictures, "--labels", "absent.csv");
        Failure("nowhere", "--images", tool.At("nowhere"));
        File.WriteAllText(Path.Combine(pictures, "2.png"), "no picture");
        Failure("2.png", "--images", pictures);

        void Failure(string named, params string[] rest)
        {
            Outcome outcome = Tool.Run(["compare", net, "--reference", net, .. rest]);
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith("edgekit: ", outcome.LastError, StringComparison.Ordinal);
            Assert.Contains(named, outcome.LastError, StringComparison.Ordinal);
            Assert.Empty(outcome.Output);
        }
    }

    [Fact]
    public void An_unwritable_output_is_exit_code_1_and_leaves_nothing()
    {
        using var tool = new Tool();
        string net = tool.Net();
        string[] before = tool.Files();
        foreach (string[] command in new[]
        {
            new[] { "new", "mobilenet-v1", "--width", "0.125", "--size", "32", "--out", tool.At("no/such/folder.onnx") },
            ["compile", net, "--out", tool.At("no/such/folder.ekm")],
            ["quantize", net, "--calib", "random", "--out", tool.At("no/such/folder.onnx")],
            ["compress", net, "--calib", "random", "--out", Path.Combine(net, "folder")],
        })
        {
            Outcome outcome = Tool.Run(command);
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith("edgekit: ", outcome.LastError, StringComparison.Ordinal);
            Assert.Equal(before, tool.Files());
        }
    }

    [Theory]
    [InlineData(2, "--mac-budget and --macs", "--mac-budget", "0.9", "--macs", "100M")]
    [InlineData(2, "a budget is needed: --mac-budget")]
    [InlineData(2, "--macs: 'lots' is neither", "--macs", "lots")]
    [InlineData(2, "needs --target", "--latency", "0.8")]
    [InlineData(2, "is for a latency budget", "--macs", "0.8", "--target", "host")]
    [InlineData(2, "--save-target", "--latency", "0.8", "--target", "cortex-a72", "--save-target", "t.json")]
    [InlineData(2, "nothing.json: is neither", "--latency", "0.8", "--target", "nothing.json")]
    [InlineData(2, "can't be met", "--params", "12")]
    [InlineData(2, "the latency budget is a share", "--latency", "1.8", "--target", "cortex-a76")]
    public void A_budget_that_makes_no_sense_leaves_no_file(int exitCode, string message, params string[] budget)
    {
        using var tool = new Tool();
        string net = tool.Net();
        Outcome outcome = Tool.Run(["prune", net, .. budget, "--out", tool.At("p.onnx")]);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(message, outcome.LastError, StringComparison.Ordinal);
        Assert.Equal(["net.onnx"], tool.Files());
    }

    [Fact]
    public void A_malformed_target_is_exit_code_4_and_leaves_no_file()
    {
        using var tool = new Tool();
        string net = tool.Net(), target = tool.At("target.json");
        File.WriteAllText(target, "{}");
        Outcome outcome = Tool.Run("prune", net, "--latency", "0.8", "--target", target, "--out", tool.At("new/p.onnx"));
        Assert.Equal(4, outcome.ExitCode);
        Assert.Contains("target.json: is no profile of a target", outcome.LastError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tool.At("new")));
    }

    [Fact]
    public void A_full_output_place_is_exit_code_1_and_stays_what_it_is()
    {
        // Every write to this device of Linux fails as on a full disk.
        const string full = "/dev/full";
        if (!File.Exists(full)) return;
        using var tool = new Tool();
        string net = tool.Net();
        File.CreateSymbolicLink(tool.At("full.ekm"), full);
        Outcome outcome = Tool.Run("compile", net, "--out", tool.At("full.ekm"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("full.ekm: cannot be written", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(full, new FileInfo(tool.At("full.ekm")).LinkTarget);
        Assert.Equal(["full.ekm", "net.onnx"], tool.Files());
    }

    [Fact]
    public void An_output_that_is_the_input_is_refused()
    {
        using var tool = new Tool();
        string net = tool.Net();
        byte[] content = File.ReadAllBytes(net);
        Assert.Equal(2, Tool.Run("prune", net, "--mac-budget", "0.9", "--out", net).ExitCode);
        Assert.Equal(2, Tool.Run("compress", net, "--calib", "random", "--mac-budget", "0.9", "--out", tool.Folder).ExitCode);
        Assert.Equal(content, File.ReadAllBytes(net));
    }

    [Fact]
    public void Interruption_is_exit_code_130_and_leaves_nothing()
    {
        using var tool = new Tool();
        string net = tool.Net();
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();
        foreach (string[] command in new[]
        {
            new[] { "quantize", net, "--calib", "random", "--out", tool.At("q.onnx") },
            ["compile", net, "--out", tool.At("c.ekm")],
            ["compare", net, "--reference", net, "--images", "random"],
            ["bench", net],
        })
        {
            Outcome outcome = Tool.Run(interrupted.Token, command);
            Assert.Equal(130, outcome.ExitCode);
            Assert.Empty(outcome.Output);
            Assert.Equal(["net.onnx"], tool.Files());
        }
    }
}
