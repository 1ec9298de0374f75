using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using Xunit;
using Xunit.Abstractions;
using OperatorKind = EdgeKit.Runtime.Plan.OperatorKind;

namespace EdgeKit.Conformance.Runtime;

/// <summary>INT8 convolutions against ONNX Runtime's QLinearConv, byte for byte: each is given ONNX Runtime's own input tensor.</summary>
public sealed class Int8ConvolutionTests(ITestOutputHelper log)
{
    [OrtTheory(Data = true)]
    [InlineData("mobilenet_v2_1.0_224")]
    [InlineData("shufflenet_v2_1.0_224")]
    [InlineData("squeezenet1.1_224")]
    [InlineData("retinaface_mobilenet0.25_240x320")]
    public void Every_convolution_yields_the_bytes_of_OnnxRuntime(string name)
    {
        Graph graph = ModelLoader.Load(RealModel.Path(name));
        IEnumerable<Tensor> images = Enumerable.Range(0, 4).Select(i => Tensor.Of(RealModel.Input(name, i), graph.Inputs[0].Dims));
        Graph qdq = Quantizer.Quantize(graph, images).Qdq;
        float[] input = RealModel.Input(name, 4);

        Graph observed = qdq.Clone();
        foreach (Value v in observed.Values.ToArray())
        {
            if (v.Producer is { OpType: "QuantizeLinear" } && !observed.IsOutput(v)) observed.AddOutput(v);
        }
        string optimized = Path.Combine(Path.GetTempPath(), $"edgekit-{Guid.NewGuid():n}.onnx");
        Dictionary<string, OrtTensor> theirs;
        try
        {
            using OrtSession ort = OrtSession.FromBytes(OnnxFile.Serialize(observed), new OrtOptions { OptimizedModelPath = optimized, Optimization = GraphOptimization.Extended });
            theirs = ort.Run([OrtTensor.Create<float>(qdq.Inputs[0].Name, qdq.Inputs[0].Dims, input)]).ToDictionary(static t => t.Name);
            int fused = OnnxFile.Load(optimized).Nodes.Count(static n => n.OpType == "QLinearConv");
            Assert.Equal(qdq.Nodes.Count(static n => n.OpType == "Conv"), fused);
        }
        finally
        {
            File.Delete(optimized);
        }

        // Plain plans have every tensor of the model, dense and in its order of channels.
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(qdq, new CompileOptions { Without = Optimizations.All }), name));
        var nodes = qdq.Nodes.ToDictionary(static n => n.Name);
        int convolutions = 0;
        for (int i = 0; i < session.OperatorCount; i++)
        {
            OperatorInfo op = session.Operator(i);
            if (op.Kind != OperatorKind.Conv || !nodes.TryGetValue(op.Name, out Node? node) || node.OpType != "Conv") continue;
            Assert.Equal(PlanType.Int8, session.Tensors[op.Inputs[0]].Type);
            string source = node.Input(0).Producer!.Input(0).Name;
            ToChannelsLast(theirs[source], session.TensorBytes(op.Inputs[0]));
            session.RunOperator(i);
            TensorInfo result = session.Tensors[op.Outputs[0]];
            byte[] expected = new byte[session.TensorBytes(op.Outputs[0]).Length];
            ToChannelsLast(theirs[result.Name], expected);
            int wrong = Differences(expected, session.TensorBytes(op.Outputs[0]));
            Assert.True(wrong == 0, $"{op.Name}: {wrong} of {expected.Length} bytes differ");
            convolutions++;
        }
        Assert.Equal(qdq.Nodes.Count(static n => n.OpType == "Conv"), convolutions);
        log.WriteLine($"{name}: {convolutions} convolutions, all bytes equal");
    }

    private static int Differences(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int count = 0;
        for (int i = 0; i < a.Length; i++) count += a[i] == b[i] ? 0 : 1;
        return count;
    }

    private static void ToChannelsLast(OrtTensor tensor, Span<byte> target)
    {
        ReadOnlySpan<byte> source = tensor.Data;
        int shift = tensor.ElementType == OrtElementType.UInt8 ? 128 : 0;
        (int n, int c, int area) = (tensor.Shape[0], tensor.Shape[1], tensor.Data.Length / tensor.Shape[0] / tensor.Shape[1]);
        for (int b = 0; b < n; b++)
        {
            for (int k = 0; k < c; k++)
            {
                for (int p = 0; p < area; p++) target[(b * area + p) * c + k] = (byte)(source[(b * c + k) * area + p] - shift);
            }
        }
    }
}
