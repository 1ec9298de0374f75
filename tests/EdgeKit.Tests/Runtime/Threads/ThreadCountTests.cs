using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Runtime.Threads;

public sealed class ThreadCountTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tensors_have_the_same_bytes_with_any_number_of_threads(bool int8)
    {
        Graph graph = Zoo.Create("mobilenet-v2", new ZooOptions { Width = 0.5, Size = 64, Classes = 10 });
        ShapeInference.Run(graph);
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        if (int8) graph = Quantizer.Quantize(graph, [TestNet.Picture([1, 3, 64, 64], new Random(4))]).Qdq;
        PlanFile file = PlanFile.Parse(PlanCompiler.Compile(graph, new CompileOptions()), "plan");
        byte[][] expected = Tensors(file, 1);
        foreach (int threads in (int[])[2, 3, 5])
        {
            for (int i = 0; i < 5; i++) Assert.Equal(expected, Tensors(file, threads));
        }
    }

    private static byte[][] Tensors(PlanFile file, int threads)
    {
        using Session session = Session.Load(file, new SessionOptions { Threads = threads });
        new Random(8).NextBytes(session.InputBytes(0));
        if (session.Tensors[session.Inputs[0]].Type == PlanType.Float)
            session.SetInput(0, RandomValues.Floats(new Random(9), session.Tensors[session.Inputs[0]].ElementCount));
        var tensors = new List<byte[]>();
        for (int i = 0; i < session.OperatorCount; i++)
        {
            session.RunOperator(i);
            tensors.AddRange(session.Operator(i).Outputs.Select(t => session.TensorBytes(t).ToArray()));
        }
        return [.. tensors];
    }
}
