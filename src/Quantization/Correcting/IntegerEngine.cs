using System.Runtime.InteropServices;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Quantization;

/// <summary>A quantized graph on the runtime, by the exact integer rule.</summary>
internal sealed class IntegerEngine : IDisposable
{
    private readonly Session _session;

    /// <summary>Loads an instance of a compiled graph.</summary>
    public IntegerEngine(PlanFile plan) => _session = Session.Load(plan);

    /// <summary>Compiles what <paramref name="outputs"/> of a QDQ graph need.</summary>
    public static PlanFile Compile(Graph qdq, IEnumerable<string> outputs) => PlanFile.Parse(PlanCompiler.Compile(qdq.WithOutputs(outputs)), qdq.Name);

    /// <summary>Whether the runtime takes every operator.</summary>
    public static bool CanRun(Graph qdq) => qdq.Nodes.All(static n => PlanCompiler.Support(n) != "unsupported");

    /// <summary>Runs one inference.</summary>
    /// <param name="feeds">The inputs by name, in NCHW.</param>
    /// <param name="inputs">Names of the inputs in the graph's order.</param>
    public void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyList<string> inputs)
    {
        for (int i = 0; i < _session.Inputs.Count; i++) _session.SetInput(i, feeds[inputs[i]].AsSpan<float>());
        _session.Run();
    }

    /// <summary>An output as real values in NCHW.</summary>
    public float[] Output(int index) => _session.GetOutput(index);

    /// <summary>Mean of each channel of a float output.</summary>
    public double[] ChannelMeans(int index)
    {
        TensorInfo tensor = _session.Tensors[_session.Outputs[index]];
        ReadOnlySpan<float> data = MemoryMarshal.Cast<byte, float>(_session.OutputBytes(index));
        var sums = new double[tensor.Channels];
        int positions = tensor.ElementCount / sums.Length;
        for (int p = 0; p < positions; p++)
        {
            ReadOnlySpan<float> pixel = data.Slice(p * tensor.PixelStride, sums.Length);
            for (int c = 0; c < sums.Length; c++) sums[c] += pixel[c];
        }
        return Array.ConvertAll(sums, s => s / positions);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
