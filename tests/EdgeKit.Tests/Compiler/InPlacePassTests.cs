using EdgeKit.Compiler;
using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>Elementwise operators in place: the same results, in no more memory.</summary>
public class InPlacePassTests
{
    public static TheoryData<string> Networks => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Results_are_the_same_without(string name)
    {
        foreach (bool int8 in new[] { true, false })
        {
            Graph graph = ZooPlans.Graph(name, int8);
            PlanRun plain = ZooPlans.Run(graph, Optimizations.InPlace), inPlace = ZooPlans.Run(graph);
            Assert.Equal(plain.Outputs, inPlace.Outputs);
            Assert.True(inPlace.ArenaBytes <= plain.ArenaBytes, $"{inPlace.ArenaBytes} bytes against {plain.ArenaBytes}");
        }
    }

    [Fact]
    public void Residual_sums_are_in_place()
    {
        PlanBuilder plan = PlanCompiler.Lower(ZooPlans.Graph("mobilenet-v2", int8: true));
        PlanOperator[] sums = [.. plan.Operators.Where(static op => op.Kind == OperatorKind.Binary)];
        Assert.Equal(10, sums.Length);
        Assert.All(sums, static op => Assert.Contains(op.Inputs, t => t.Root == op.Output.Root));
    }
}
