using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Models;

/// <summary>A model on ONNX Runtime.</summary>
internal sealed class OrtModel : RunnableModel
{
    private readonly OrtSession _session;

    private OrtModel(OrtSession session) => _session = session;

    /// <summary>Execution providers by the names that <c>--ep</c> takes.</summary>
    public static IReadOnlyDictionary<string, ExecutionProvider> Providers { get; } = new Dictionary<string, ExecutionProvider>(StringComparer.Ordinal)
    {
        ["cpu"] = ExecutionProvider.Cpu,
        ["xnnpack"] = ExecutionProvider.Xnnpack,
        ["cuda"] = ExecutionProvider.Cuda,
        ["tensorrt"] = ExecutionProvider.TensorRt,
    };

    /// <summary>Loads an <c>.onnx</c> file. EdgeKit reads it too, for the shapes that the file leaves open.</summary>
    public static OrtModel Load(string path, RunRequest request)
    {
        if (IsCompiled(path)) throw CliException.Usage($"{path}: ONNX Runtime does not run .ekm files; they are for EdgeKit's own runtime");
        OnnxModel model = OnnxModel.Load(path, request.Config, request.Shapes, declutter: false);
        return new OrtModel(OrtSession.FromFile(path, Options(request), OrtLibrary.Load(request.OrtPath)))
        {
            Path = path,
            Backend = OrtBackend,
            IsInt8 = model.IsQuantized,
            FileBytes = new FileInfo(path).Length,
            Preprocessing = model.Preprocessing,
            Inputs = [.. model.Graph.Inputs.Select(static v => new NamedShape(v.Name, v.Dims))],
            Outputs = [.. model.Graph.Outputs.Select(static v => new NamedShape(v.Name, v.Dims))],
        };
    }

    /// <summary>The library that runs it.</summary>
    public OrtLibrary Library => _session.Library;

    /// <inheritdoc/>
    public override IModelRunner Open() => new Runner(_session, Inputs, Outputs);

    /// <inheritdoc/>
    public override void Dispose() => _session.Dispose();

    private static OrtOptions Options(RunRequest request) => new() { Threads = request.Threads, Provider = Providers[request.Provider] };

    private sealed class Runner : IModelRunner
    {
        private readonly OrtTensor[] _inputs;
        private readonly OrtBoundRun _run;

        public Runner(OrtSession session, IReadOnlyList<NamedShape> inputs, IReadOnlyList<NamedShape> outputs)
        {
            _inputs = [.. inputs.Select(static i => OrtTensor.Create<float>(i.Name, i.Shape, new float[i.ElementCount]))];
            _run = session.Bind(_inputs, [.. outputs.Select(static o => o.Name)]);
        }

        public void SetInput(int index, ReadOnlySpan<float> values) => values.CopyTo(_inputs[index].AsSpan<float>());

        public void Run() => _run.RunOnce();

        public float[] GetOutput(int index)
        {
            OrtTensor output = _run.ReadOutputs()[index];
            return output.ElementType switch
            {
                OrtElementType.Float => output.AsSpan<float>().ToArray(),
                OrtElementType.Int64 => Array.ConvertAll(output.AsSpan<long>().ToArray(), static v => (float)v),
                OrtElementType.Int32 => Array.ConvertAll(output.AsSpan<int>().ToArray(), static v => (float)v),
                _ => throw new ModelException($"output '{output.Name}' has ONNX element type {output.ElementType}, which is not read"),
            };
        }

        public void Dispose() => _run.Dispose();
    }
}
