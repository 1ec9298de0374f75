using System.Globalization;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using Xunit;
using Xunit.Abstractions;

namespace EdgeKit.Conformance.Runtime;

/// <summary>Whole INT8 models: the same file on ONNX Runtime and on every kernel set, thread count and operator order of our own.</summary>
public sealed class Int8ModelTests(ITestOutputHelper log)
{
    private const int Pictures = 100;

    [OrtTheory(Data = true)]
    [InlineData("mobilenet_v2_1.0_224")]
    [InlineData("shufflenet_v2_1.0_224")]
    [InlineData("squeezenet1.1_224")]
    public void Top1_agrees_with_OnnxRuntime_on_the_same_qdq_file(string name)
    {
        Graph qdq = Quantized(name);
        Preprocessing p = RealModel.PreprocessingOf(name);
        ImageSource pictures = ImageSource.Open(TestData.Images("imagenet-val"));
        using OrtSession ort = OrtSession.FromBytes(OnnxFile.Serialize(qdq));
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(qdq), name));
        float[] input = new float[3 * p.Height * p.Width];
        int agreed = 0;
        for (int i = 0; i < Pictures; i++)
        {
            Preprocess.ToFloatNchw(pictures[i * 6].Load(), p, input);
            float[] theirs = ort.Run([OrtTensor.Create<float>(qdq.Inputs[0].Name, qdq.Inputs[0].Dims, input)])[0].AsSpan<float>().ToArray();
            session.SetInput(0, input);
            session.Run();
            float[] ours = session.GetOutput(0);
            int a = Array.IndexOf(theirs, theirs.Max()), b = Array.IndexOf(ours, ours.Max());
            if (a == b) agreed++;
        }
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: top-1 of {agreed} of {Pictures} pictures equal"));
        Assert.InRange(agreed, Pictures * 99 / 100, Pictures);
    }

    [OrtTheory(Data = true)]
    [InlineData("mobilenet_v2_1.0_224")]
    [InlineData("shufflenet_v2_1.0_224")]
    [InlineData("squeezenet1.1_224")]
    [InlineData("retinaface_mobilenet0.25_240x320")]
    public void Every_byte_equals_OnnxRuntime_without_feeding_its_tensors(string name)
    {
        Graph qdq = Quantized(name);
        float[] input = RealModel.Input(name, 4);
        Graph observed = qdq.Clone();
        foreach (Value v in observed.Values.ToArray())
        {
            if (v.Producer is { OpType: "QuantizeLinear" } && !observed.IsOutput(v)) observed.AddOutput(v);
        }
        using OrtSession ort = OrtSession.FromBytes(OnnxFile.Serialize(observed));
        var theirs = ort.Run([OrtTensor.Create<float>(qdq.Inputs[0].Name, qdq.Inputs[0].Dims, input)]).ToDictionary(static t => t.Name);
        // A plain plan has every tensor of the model in its order of channels.
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(qdq, new CompileOptions { Without = Optimizations.All }), name));
        session.SetInput(0, input);
        long different = 0, total = 0;
        for (int i = 0; i < session.OperatorCount; i++)
        {
            session.RunOperator(i);
            OperatorInfo op = session.Operator(i);
            TensorInfo t = session.Tensors[op.Outputs[0]];
            if (t.Type != PlanType.Int8 || !theirs.TryGetValue(t.Name, out OrtTensor? expected)) continue;
            float[] ours = session.GetTensor(op.Outputs[0]);
            int wrong = 0;
            for (int k = 0; k < ours.Length; k++)
            {
                int code = (int)MathF.Round(ours[k] / t.Scale) + t.ZeroPoint + (expected.ElementType == OrtElementType.UInt8 ? 128 : 0);
                wrong += code == (expected.ElementType == OrtElementType.UInt8 ? expected.Data[k] : (sbyte)expected.Data[k]) ? 0 : 1;
            }
            different += wrong;
            total += ours.Length;
            if (wrong > 0) log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{op.Kind} {t.Name}: {wrong} of {ours.Length} differ"));
        }
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {different} of {total} bytes differ ({(double)different / total:p3})"));
        Assert.True(total > 0);
        Assert.Equal(0, different);

        using Session optimized = Session.Load(PlanFile.Parse(PlanCompiler.Compile(qdq), name));
        optimized.SetInput(0, input);
        optimized.Run();
        for (int i = 0; i < session.Outputs.Count; i++) Assert.Equal(session.GetOutput(i), optimized.GetOutput(i));
    }

    [DataTheory]
    [InlineData("shufflenet_v2_1.0_224")]
    [InlineData("ppocr_v2_cls")]
    public void Int8_tensors_are_the_same_bytes_on_all_kernels_and_thread_counts(string name)
    {
        byte[] file = PlanCompiler.Compile(Quantized(name));
        float[] input = RealModel.Input(name, 4);
        uint[] expected = Checksums(file, input, new SessionOptions { Kernels = KernelSet.Reference });
        Assert.Equal(expected, Checksums(file, input, new SessionOptions { Kernels = KernelSet.Portable }));
        Assert.Equal(expected, Checksums(file, input, new SessionOptions { Kernels = KernelSet.Best, Threads = 1 }));
        Assert.Equal(expected, Checksums(file, input, new SessionOptions { Kernels = KernelSet.Best, Threads = 2 }));
    }

    private static uint[] Checksums(byte[] file, float[] input, SessionOptions options)
    {
        using Session session = Session.Load(PlanFile.Parse(file, "model"), options);
        session.SetInput(0, input);
        var sums = new List<uint>();
        for (int i = 0; i < session.OperatorCount; i++)
        {
            session.RunOperator(i);
            int tensor = session.Operator(i).Outputs[0];
            if (session.Tensors[tensor].Type == PlanType.Int8) sums.Add(PlanFile.ChecksumOf(session.TensorBytes(tensor)));
        }
        Assert.NotEmpty(sums);
        return [.. sums];
    }

    private static Graph Quantized(string name)
    {
        Graph graph = ModelLoader.Load(RealModel.Path(name), new Dictionary<string, int[]> { [""] = [RealModel.PreprocessingOf(name).Height, RealModel.PreprocessingOf(name).Width] });
        return Quantizer.Quantize(graph, Enumerable.Range(0, 4).Select(i => Tensor.Of(RealModel.Input(name, i), graph.Inputs[0].Dims))).Qdq;
    }
}
