using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Runtime;

/// <summary>Every real model on the float runtime against ONNX Runtime: within 1e-3 of the range of each output.</summary>
public class FloatModelTests
{
    [OrtTheory(Data = true)]
    [MemberData(nameof(RealModel.All), MemberType = typeof(RealModel))]
    public void The_float_runtime_agrees_with_OnnxRuntime(string name)
    {
        Graph graph = RealModel.Load(name);
        float[] input = RealModel.Input(name);
        using OrtSession ort = OrtSession.FromFile(RealModel.Path(name));
        OrtTensor[] expected = ort.Run([OrtTensor.Create<float>(graph.Inputs[0].Name, graph.Inputs[0].Dims, input)]);

        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), name));
        session.SetInput(0, input);
        session.Run();
        Assert.Equal(expected.Length, session.Outputs.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Shape, session.Tensors[session.Outputs[i]].LogicalDims);
            Closeness.AssertWithin(1e-3, expected[i].AsSpan<float>(), session.GetOutput(i), $"{name} output {i}");
        }
    }
}
