using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>Concat, Split, Slice and shuffle without copies: the same results, and copies only where they must be.</summary>
public class ChannelViewTests
{
    private const Optimizations Both = Optimizations.Views | Optimizations.Shuffle;

    public static TheoryData<string> Networks => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Int8_results_are_the_same_without(string name)
    {
        Graph graph = ZooPlans.Graph(name, int8: true);
        PlanRun plain = ZooPlans.Run(graph, Both);
        Assert.True(plain.Outputs[0].Distinct().Count() > 4);
        Assert.Equal(plain.Outputs, ZooPlans.Run(graph).Outputs);
        Assert.Equal(plain.Outputs, ZooPlans.Run(graph, Optimizations.Shuffle, threads: 2).Outputs);
    }

    [Theory]
    [InlineData("squeezenet-1.1")]
    [InlineData("shufflenet-v2")]
    [InlineData("shufflenet-v1")]
    public void Float_results_are_close_without(string name)
    {
        Graph graph = ZooPlans.Graph(name, int8: false);
        float[] plain = ZooPlans.Run(graph, Both).Outputs[0], views = ZooPlans.Run(graph).Outputs[0];
        float range = plain.Max() - plain.Min();
        for (int i = 0; i < plain.Length; i++) Assert.InRange(views[i] - plain[i], -1e-5f * range, 1e-5f * range);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SqueezeNet_copies_nothing(bool int8)
    {
        Graph graph = ZooPlans.Graph("squeezenet-1.1", int8);
        Assert.True(ZooPlans.Run(graph, Both).Count(OperatorKind.Copy) > 15);
        Assert.Equal(0, ZooPlans.Run(graph).Count(OperatorKind.Copy));
    }

    /// <summary>Three stages of 4, 8 and 4 units: every unit but the first of a stage moves the half that it passes through, once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShuffleNetV2_copies_only_what_units_pass_through(bool int8) =>
        Assert.Equal(13, ZooPlans.Run(ZooPlans.Graph("shufflenet-v2", int8)).Count(OperatorKind.Copy));
}
