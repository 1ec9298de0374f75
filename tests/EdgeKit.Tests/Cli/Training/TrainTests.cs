using System.Diagnostics;
using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Cli.Training;

public sealed class TrainTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_new_network_learns_and_is_written_with_its_losses()
    {
        Outcome run = Tool.Run(Arguments("net.onnx", "--epochs", "20", "--no-augment", "--verify", Pictures(), "--curve", _tool.At("curve.svg"), "--json"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("trained", OnnxFile.Load(_tool.At("net.onnx")).Metadata[Zoo.WeightsKey]);
        Assert.Equal(40, run.Json.GetProperty("steps").GetInt32());
        Assert.Equal(12, run.Json.GetProperty("accuracy").GetProperty("images").GetInt32());
        Assert.StartsWith("<svg", File.ReadAllText(_tool.At("curve.svg")), StringComparison.Ordinal);
        Assert.True(run.Json.GetProperty("loss").GetDouble() < Math.Log(12), "noise of twelve classes can be learned by heart");
    }

    [Fact]
    public void A_training_that_is_killed_goes_on_to_the_same_bits()
    {
        string[] settings = ["--epochs", "40", "--checkpoint-every", "5"];
        Outcome whole = Tool.Run(Arguments("whole.onnx", settings));
        Assert.True(whole.ExitCode == 0, whole.Error);
        string[] arguments = Arguments("killed.onnx", settings);
        KillAfterCheckpoint(arguments);
        Assert.False(File.Exists(_tool.At("killed.onnx")));
        Outcome second = Tool.Run(arguments);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("going on after step", second.Error);
        Assert.Equal(File.ReadAllBytes(_tool.At("whole.onnx")), File.ReadAllBytes(_tool.At("killed.onnx")));
    }

    [Fact]
    public void Interrupted_it_says_how_to_go_on_and_a_damaged_checkpoint_is_passed_over()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        string[] arguments = Arguments("net.onnx", "--epochs", "4", "--checkpoint-every", "3");
        Outcome interrupted = Tool.Run(cancel.Token, arguments);
        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("goes on", interrupted.LastError);
        Assert.Equal(0, Tool.Run(arguments).ExitCode);
        byte[] result = File.ReadAllBytes(_tool.At("net.onnx"));

        string newest = Directory.GetFiles(_tool.At("net.onnx.checkpoints")).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..100]);
        Outcome again = Tool.Run(arguments);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("damaged", again.Error);
        Assert.Equal(result, File.ReadAllBytes(_tool.At("net.onnx")));
    }

    [Fact]
    public void A_training_that_diverges_ends_with_one_line_and_no_model()
    {
        Outcome run = Tool.Run(Arguments("net.onnx", "--epochs", "30", "--rate", "1e30", "--clip", "1e30", "--warm-up", "0"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not finite", run.LastError);
        Assert.Contains("learning rate", run.LastError);
        Assert.False(File.Exists(_tool.At("net.onnx")));
    }

    [Theory]
    [InlineData("--epochs", "0", 2)]
    [InlineData("--mixup", "2", 2)]
    [InlineData("--rate", "-1", 2)]
    [InlineData("--warm-up", "30", 2)]
    public void Settings_out_of_range_are_errors_of_usage(string option, string value, int exitCode) =>
        Assert.Equal(exitCode, Tool.Run(Arguments("net.onnx", option, value)).ExitCode);

    [Fact]
    public void Pictures_without_labels_are_refused()
    {
        Outcome run = Tool.Run("train", "resnet-8", "--images", Pictures(), "--out", _tool.At("net.onnx"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--labels", run.LastError);
    }

    [Fact]
    public void Other_settings_do_not_go_on_from_a_checkpoint()
    {
        Assert.Equal(0, Tool.Run(Arguments("net.onnx", "--epochs", "2")).ExitCode);
        Outcome other = Tool.Run(Arguments("net.onnx", "--epochs", "3"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("other settings", other.LastError);
    }

    private string Pictures() => Directory.Exists(_tool.At("pictures")) ? _tool.At("pictures") : _tool.Pictures(12);

    private string[] Arguments(string output, params string[] more) =>
        ["train", "resnet-8", "--width", "0.25", "--images", Pictures(), "--labels", "labels.csv", "--batch", "6", "--out", _tool.At(output), .. more];

    private void KillAfterCheckpoint(string[] arguments)
    {
        string folder = Directory.CreateDirectory(_tool.At("killed.onnx.checkpoints")).FullName;
        using var written = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(folder, "step-*.ckpt") { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => written.Set();
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "edgekit.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        Assert.True(written.Wait(TimeSpan.FromMinutes(2)), "no checkpoint was written");
        process.Kill();
        process.WaitForExit();
    }
}
