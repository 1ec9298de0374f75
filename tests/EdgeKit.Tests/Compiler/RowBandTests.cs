using EdgeKit.Compiler;
using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>Bands change the order of work, not a bit of the result.</summary>
public sealed class RowBandTests
{
    [Theory]
    [InlineData("mobilenet-v1", true)]
    [InlineData("mobilenet-v1", false)]
    [InlineData("mobilenet-v2", true)]
    [InlineData("mobilenet-v3-small", true)]
    [InlineData("mobilenet-v3-small", false)]
    [InlineData("resnet-18", true)]
    public void Outputs_are_the_same_bits(string name, bool int8)
    {
        Graph graph = ZooPlans.Graph(name, int8);
        var everywhere = new CompileOptions { BandBytes = 0 };
        Assert.Contains(PlanCompiler.Lower(graph, Optimizations.None, 0).Operators, static op => op.Band > 1);
        float[] plain = Run(graph, everywhere with { Without = Optimizations.Bands }, 1);
        Assert.Equal(plain, Run(graph, everywhere, 1));
        Assert.Equal(plain, Run(graph, everywhere, 2));
    }

    [Fact]
    public void Only_large_tensors_are_gone_through_in_bands()
    {
        Graph graph = ZooPlans.Graph("mobilenet-v2", int8: true);
        Assert.DoesNotContain(PlanCompiler.Lower(graph).Operators, static op => op.Band > 1);
        List<PlanOperator> operators = PlanCompiler.Lower(graph, Optimizations.None, 4096).Operators;
        for (int i = 0; i < operators.Count; i++)
        {
            for (int k = 1; k < operators[i].Band; k++)
            {
                Assert.Same(operators[i + k - 1].Output, operators[i + k].Inputs[0]);
                Assert.True(operators[i + k - 1].Output.Bytes > 4096);
            }
        }
        Assert.Equal(3, operators.Max(static op => op.Band));
    }

    private static float[] Run(Graph graph, CompileOptions options, int threads)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph, options), graph.Name), new SessionOptions { Threads = threads });
        session.SetInput(0, TestNet.Picture(session.Tensors[session.Inputs[0]].LogicalDims, new Random(5)).AsSpan<float>());
        session.Run();
        return session.GetOutput(0);
    }
}
