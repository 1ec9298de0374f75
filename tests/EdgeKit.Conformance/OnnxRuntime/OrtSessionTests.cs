using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.OnnxRuntime;

public class OrtSessionTests
{
    private static readonly byte[] Add = TinyModel.Of("Add", OrtElementType.Float, [2, 3], "a", "b");

    private static OrtTensor Floats(string name, params float[] values) => OrtTensor.Create<float>(name, [2, 3], values);

    [OrtFact]
    public void Library_tells_its_version_and_has_the_cpu_provider()
    {
        OrtLibrary library = OrtLibrary.Load();
        Assert.Matches(@"^1\.\d+\.\d+", library.Version);
        Assert.Contains("CPUExecutionProvider", library.Providers);
        Assert.Same(library, OrtLibrary.Load());
    }

    [OrtFact]
    public void Session_describes_inputs_and_outputs()
    {
        using OrtSession session = OrtSession.FromBytes(TinyModel.Of("Add", OrtElementType.Int32, [-1, 3], "a", "b"));
        Assert.Equal(["a", "b"], session.Inputs.Select(i => i.Name));
        Assert.Equal("y", Assert.Single(session.Outputs).Name);
        Assert.All(session.Inputs.Concat(session.Outputs), v => Assert.Equal(OrtElementType.Int32, v.ElementType));
        Assert.All(session.Inputs, v => Assert.Equal([-1, 3], v.Shape));
    }

    [OrtFact]
    public void Run_adds_in_any_order_of_inputs()
    {
        using OrtSession session = OrtSession.FromBytes(Add);
        OrtTensor y = Assert.Single(session.Run([Floats("b", 10, 20, 30, 40, 50, 60), Floats("a", 1, 2, 3, 4, 5, 6)]));
        Assert.Equal("y", y.Name);
        Assert.Equal([2, 3], y.Shape);
        Assert.Equal([11, 22, 33, 44, 55, 66], y.AsSpan<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => y.AsSpan<int>().Length);
    }

    [OrtFact]
    public void Run_takes_open_and_empty_dimensions()
    {
        using OrtSession session = OrtSession.FromBytes(TinyModel.Of("Neg", OrtElementType.Float, [-1], "x"));
        Assert.Equal([-1f, -2f], session.Run([OrtTensor.Create<float>("x", [2], [1, 2])])[0].AsSpan<float>().ToArray());
        Assert.Empty(session.Run([OrtTensor.Create<float>("x", [0], [])])[0].Data);
    }

    public static TheoryData<int> ExchangedTypes =>
    [
        OrtElementType.Float, OrtElementType.UInt8, OrtElementType.Int8, OrtElementType.Int32, OrtElementType.Int64,
        OrtElementType.Bool, OrtElementType.Float16, OrtElementType.Double,
    ];

    [OrtTheory]
    [MemberData(nameof(ExchangedTypes))]
    public void Bits_pass_unchanged(int elementType)
    {
        using OrtSession session = OrtSession.FromBytes(TinyModel.Of("Identity", elementType, [4], "x"));
        byte[] data = [.. Enumerable.Range(0, 4 * OrtElementType.SizeOf(elementType)).Select(i => (byte)(elementType == OrtElementType.Bool ? i & 1 : i * 7))];
        OrtTensor y = session.Run([new OrtTensor("x", elementType, [4], data)])[0];
        Assert.Equal(elementType, y.ElementType);
        Assert.Equal(data, y.Data);
    }

    [OrtFact]
    public void Bound_run_reads_its_inputs_anew_each_time_and_allocates_nothing()
    {
        using OrtSession session = OrtSession.FromBytes(Add, new OrtOptions { Threads = 2, Spin = false });
        OrtTensor a = Floats("a", 1, 2, 3, 4, 5, 6);
        using OrtBoundRun run = session.Bind([a, Floats("b", 1, 1, 1, 1, 1, 1)]);
        run.RunOnce();
        Assert.Equal([2, 3, 4, 5, 6, 7], run.ReadOutputs()[0].AsSpan<float>().ToArray());

        a.AsSpan<float>().Fill(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        run.RunOnce();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([101, 101, 101, 101, 101, 101], run.ReadOutputs()[0].AsSpan<float>().ToArray());
    }

    [OrtFact]
    public void Optimized_model_is_written_and_loads()
    {
        string folder = Directory.CreateTempSubdirectory("edgekit-ort-").FullName;
        try
        {
            string path = Path.Combine(folder, "optimized é.onnx");
            OrtSession.FromBytes(Add, new OrtOptions { Optimization = GraphOptimization.Extended, OptimizedModelPath = path }).Dispose();
            using OrtSession session = OrtSession.FromFile(path);
            Assert.Equal(2, session.Inputs.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [OrtFact]
    public void Bytes_that_are_no_model_are_refused()
    {
        foreach (byte[] bytes in new byte[][] { [], [1, 2, 3], Add[..(Add.Length / 2)], TinyModel.Of("NoSuchOperator", 1, [1], "x") })
        {
            var e = Assert.Throws<OnnxRuntimeException>(() => OrtSession.FromBytes(bytes, name: "bad.onnx"));
            AssertOneLine(e, OnnxRuntimeError.Model, "bad.onnx");
        }
    }

    [OrtFact]
    public void Missing_file_is_named()
        => AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => OrtSession.FromFile("nowhere.onnx")), OnnxRuntimeError.Model, "nowhere.onnx: no such file");

    [OrtFact]
    public void Wrong_inputs_are_named()
    {
        using OrtSession session = OrtSession.FromBytes(Add);
        OrtTensor a = Floats("a", 1, 2, 3, 4, 5, 6), b = Floats("b", 1, 2, 3, 4, 5, 6);
        AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => session.Run([a])), OnnxRuntimeError.Run, "input 'b' was not given");
        AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => session.Run([a, b, Floats("c", 1, 2, 3, 4, 5, 6)])), OnnxRuntimeError.Run, "no input 'c'; it has a, b");
        AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => session.Run([a, b], ["z"])), OnnxRuntimeError.Run, "no output 'z'");
        AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => session.Run([a, OrtTensor.Create<float>("b", [3], [1, 2, 3])])), OnnxRuntimeError.Run, "b");
        AssertOneLine(Assert.Throws<OnnxRuntimeException>(() => session.Run([a, OrtTensor.Create<int>("b", [2, 3], [1, 2, 3, 4, 5, 6])])), OnnxRuntimeError.Run, "");
    }

    [OrtFact]
    public void Disposed_session_does_not_run()
    {
        OrtSession session = OrtSession.FromBytes(Add);
        OrtBoundRun run = session.Bind([Floats("a", 1, 2, 3, 4, 5, 6), Floats("b", 1, 2, 3, 4, 5, 6)]);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(run.RunOnce);
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Bind([]));
    }

    [OrtTheory]
    [InlineData(ExecutionProvider.Xnnpack)]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Provider_works_or_is_refused_in_one_line(ExecutionProvider provider)
    {
        try
        {
            using OrtSession session = OrtSession.FromBytes(Add, new OrtOptions { Provider = provider });
            OrtTensor y = session.Run([Floats("a", 1, 2, 3, 4, 5, 6), Floats("b", 1, 1, 1, 1, 1, 1)])[0];
            Assert.Equal([2, 3, 4, 5, 6, 7], y.AsSpan<float>().ToArray());
        }
        catch (OnnxRuntimeException e)
        {
            AssertOneLine(e, OnnxRuntimeError.Provider, "");
        }
    }

    [OrtFact(Data = true)]
    public void Real_model_gives_finite_logits()
    {
        using OrtSession session = OrtSession.FromFile(TestData.Model("mobilenet_v2_1.0_224.onnx"));
        OrtValueInfo input = Assert.Single(session.Inputs);
        int[] shape = [1, .. input.Shape[1..]];
        OrtTensor y = Assert.Single(session.Run([OrtTensor.Create<float>(input.Name, shape, new float[3 * 224 * 224])]));
        Assert.Equal([1, 1001], y.Shape);
        Assert.All(y.AsSpan<float>().ToArray(), v => Assert.True(float.IsFinite(v)));
    }

    private static void AssertOneLine(OnnxRuntimeException e, OnnxRuntimeError error, string part)
    {
        Assert.Equal(error, e.Error);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
