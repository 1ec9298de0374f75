using EdgeKit.Compiler;
using EdgeKit.Tests.Compiler;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary><c>edgekit inspect --plan</c> and <c>--svg</c>.</summary>
public sealed class InspectPlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgekit").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tells_what_was_done_and_maps_the_memory()
    {
        string model = Path.Combine(_folder, "m.ekm"), picture = Path.Combine(_folder, "m.svg");
        File.WriteAllBytes(model, PlanCompiler.Compile(ZooPlans.Graph("squeezenet-1.1", int8: true)));
        Tool.Outcome outcome = Tool.Run("inspect", model, "--plan", "--svg", picture);
        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.Split('\n');
        Assert.Contains(lines, static l => l.StartsWith("16 tensors are views of channels, 0 operators write over an operand, 0 copies remain", StringComparison.Ordinal));
        string[] map = [.. lines.SkipWhile(static l => !l.StartsWith("memory of activations", StringComparison.Ordinal)).Skip(1).Where(static l => l.Length > 0)];
        Assert.True(map.Length > 20);
        Assert.All(map, static l => Assert.InRange(l.TrimEnd().Length, 40, 80));
        Assert.StartsWith("<svg", File.ReadAllText(picture), StringComparison.Ordinal);
    }
}
