using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Models in the QOperator form run like their QLinear reference operators, byte for byte.</summary>
public class QOperatorTests
{
    [Fact]
    public void A_QLinear_net_yields_the_codes_of_the_reference_operators()
    {
        Graph graph = Net(out string[] codes);
        var random = new Random(3);
        Tensor x = Tensor.Of([.. Enumerable.Range(0, 3 * 6 * 6).Select(_ => (float)(random.NextDouble() * 2 - 1))], 1, 3, 6, 6);
        Dictionary<string, Tensor> expected = ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = x }, codes);

        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), "net"));
        session.SetInput(0, x.AsSpan<float>());
        session.Run();
        Assert.Equal(expected[graph.Outputs[0].Name].ToFloats(), session.GetOutput(0));
        Assert.DoesNotContain(Enumerable.Range(0, session.OperatorCount), i =>
            session.Operator(i).Kind is not OperatorKind.Dequantize && session.Tensors[session.Operator(i).Outputs[0]].Type == PlanType.Float);
    }

    private static Graph Net(out string[] codes)
    {
        var random = new Random(7);
        var graph = new Graph();
        Value Scale(float s) => graph.NewConstant("scale", Tensor.Scalar(s));
        Value Zero(byte z) => graph.NewConstant("zero", Tensor.Scalar(z));
        sbyte[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];
        Value x = graph.AddInput("x", ElementType.Float, [1, 3, 6, 6]);
        Value q = graph.Append("QuantizeLinear", [x, Scale(0.01f), Zero(120)]).Output;
        Value w = graph.NewConstant("w", Tensor.Of(Weights(8 * 3 * 9), 8, 3, 3, 3));
        Value ws = graph.NewConstant("ws", Tensor.Of([.. Enumerable.Range(1, 8).Select(static i => i * 0.001f)], 8));
        Value wz = graph.NewConstant("wz", Tensor.Zeros(ElementType.Int8, 8));
        Value bias = graph.NewConstant("b", Tensor.Of([.. Enumerable.Range(0, 8).Select(static i => i * 300 - 1000)], 8));
        Node conv = graph.Append("QLinearConv", [q, Scale(0.01f), Zero(120), w, ws, wz, Scale(0.05f), Zero(100), bias]);
        conv.Attributes.Set("pads", new[] { 1, 1, 1, 1 }).Set("kernel_shape", new[] { 3, 3 });
        Value sum = graph.Append("QLinearAdd", [conv.Output, Scale(0.05f), Zero(100), conv.Output, Scale(0.05f), Zero(100), Scale(0.08f), Zero(90)], domain: "com.microsoft").Output;
        Node pool = graph.Append("QLinearGlobalAveragePool", [sum, Scale(0.08f), Zero(90), Scale(0.03f), Zero(110)], domain: "com.microsoft");
        Value result = graph.Append("DequantizeLinear", [pool.Output, Scale(0.03f), Zero(110)]).Output;
        graph.AddOutput(result);
        ShapeInference.Run(graph);
        codes = [conv.Output.Name, sum.Name, pool.Output.Name];
        return graph;
    }
}
