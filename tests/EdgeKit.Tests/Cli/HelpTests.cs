using Xunit;

namespace EdgeKit.Tests.Cli;

public class HelpTests
{
    private static readonly string[] Names = ["compress", "inspect", "prune", "quantize", "compile", "compare", "bench", "profile", "deploy", "report", "demo", "eval", "model", "new", "scenes", "kernels", "setup"];

    public static TheoryData<string> Verbs => [.. Names];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_of_a_verb_fits_80_columns_and_shows_an_example(string verb)
    {
        Outcome help = Tool.Run(verb, "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        Assert.All(help.Output.Split('\n'), static line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Contains($"edgekit {verb}", help.Output[help.Output.IndexOf("Example", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_every_verb_on_one_line()
    {
        Outcome help = Tool.Run("--help");
        Assert.Equal(0, help.ExitCode);
        Assert.All(help.Output.Split('\n'), static line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        foreach (string verb in Names) Assert.Matches($@"(?m)^  {verb} .*\.$", help.Output);
    }

    [Fact]
    public void Without_a_verb_help_goes_to_stderr_and_it_is_a_usage_error()
    {
        Outcome nothing = Tool.Run();
        Assert.Equal(2, nothing.ExitCode);
        Assert.Empty(nothing.Output);
        Assert.Contains("Usage:", nothing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("frobnicate")]
    [InlineData("inspect", "m.onnx", "--nonsense")]
    [InlineData("new", "mobilenet-v9", "--out", "m.onnx")]
    [InlineData("new", "mobilenet-v1", "--size", "8", "--out", "m.onnx")]
    [InlineData("inspect", "m.onnx", "--shape", "224xbig")]
    [InlineData("prune", "m.onnx", "--mac-budget", "1.5", "--out", "p.onnx")]
    [InlineData("bench", "m.onnx", "--threads", "0")]
    [InlineData("bench", "m.onnx", "--backend", "tvm")]
    [InlineData("compress", "--calib", "pictures")]
    [InlineData("scenes", "--size", "320", "--out", "s")]
    [InlineData("scenes", "--count", "0", "--out", "s")]
    public void A_wrong_command_line_is_one_line_and_exit_code_2(params string[] arguments)
    {
        Outcome outcome = Tool.Run(arguments);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("edgekit: ", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
