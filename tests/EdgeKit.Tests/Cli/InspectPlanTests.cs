using EdgeKit.Compiler;
using EdgeKit.Tests.Compiler;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary><c>edgekit inspect --plan</c> and <c>--svg</c>.</summary>
public class InspectPlanTests
{
    [Fact]
    public void Tells_what_was_done_and_maps_the_memory()
    {
        using var tool = new Tool();
        string model = tool.At("m.ekm"), picture = tool.At("m.svg");
        File.WriteAllBytes(model, PlanCompiler.Compile(ZooPlans.Graph("squeezenet-1.1", int8: true)));
        Outcome outcome = Tool.Run("inspect", model, "--plan", "--svg", picture);
        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.Split('\n');
        Assert.Contains(lines, static l => l.StartsWith("16 tensors are views of channels, 0 operators write over an operand,", StringComparison.Ordinal));
        Assert.Contains("0 convolutions run in bands of rows, 0 copies remain", lines);
        string[] map = [.. lines.SkipWhile(static l => !l.StartsWith("memory of activations", StringComparison.Ordinal)).Skip(1).Where(static l => l.Length > 0)];
        Assert.True(map.Length > 20);
        Assert.All(map, static l => Assert.InRange(l.TrimEnd().Length, 40, 80));
        Assert.StartsWith("<svg", File.ReadAllText(picture), StringComparison.Ordinal);
    }
}
