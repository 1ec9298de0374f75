using EdgeKit.Imaging;

namespace EdgeKit.Cli.Models;

/// <summary>What the user says about how models are run.</summary>
internal sealed record RunRequest
{
    /// <summary>A preprocessing file that replaces the models' own.</summary>
    public string? Config { get; init; }

    /// <summary>Input shapes by name, "" for the only input.</summary>
    public IReadOnlyDictionary<string, int[]>? Shapes { get; init; }

    /// <summary>Threads an inference uses; <see cref="Runtime.Execution.SessionOptions.AutoThreads"/> for EdgeKit to choose.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Processor cores for EdgeKit's threads; null for the system to place them.</summary>
    public IReadOnlyList<int>? Cores { get; init; }

    /// <summary>ONNX Runtime's library, a file or folder.</summary>
    public string? OrtPath { get; init; }

    /// <summary>ONNX Runtime's execution provider: cpu, xnnpack, cuda or tensorrt.</summary>
    public string Provider { get; init; } = "cpu";
}

/// <summary>A model on a backend, ready to be opened once a thread.</summary>
internal abstract class RunnableModel : IDisposable
{
    public const string EdgeKitBackend = "edgekit";
    public const string OrtBackend = "onnxruntime";

    /// <summary>The names of the backends, for option lists.</summary>
    public static IReadOnlyList<string> Backends { get; } = [EdgeKitBackend, OrtBackend];

    /// <summary>The model file.</summary>
    public required string Path { get; init; }

    /// <summary>One of <see cref="Backends"/>.</summary>
    public required string Backend { get; init; }

    /// <summary>Whether it computes in INT8.</summary>
    public required bool IsInt8 { get; init; }

    /// <summary>Size of the model file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>How pictures become its input; null where that is not known.</summary>
    public required Preprocessing? Preprocessing { get; init; }

    /// <summary>Its inputs.</summary>
    public required IReadOnlyList<NamedShape> Inputs { get; init; }

    /// <summary>Its outputs.</summary>
    public required IReadOnlyList<NamedShape> Outputs { get; init; }

    /// <summary>"int8" or "fp32".</summary>
    public string Precision => IsInt8 ? "int8" : "fp32";

    /// <summary>Loads a model for a backend: an <c>.ekm</c> file, or an <c>.onnx</c> file that EdgeKit compiles in memory or ONNX Runtime reads.</summary>
    public static RunnableModel Load(string path, string backend, RunRequest request) =>
        backend == OrtBackend ? OrtModel.Load(path, request) : EkmModel.Load(path, request);

    /// <summary>Whether the file is compiled for EdgeKit's runtime.</summary>
    public static bool IsCompiled(string path) => System.IO.Path.GetExtension(path).Equals(".ekm", StringComparison.OrdinalIgnoreCase);

    /// <summary>The preprocessing, which must be known.</summary>
    /// <exception cref="CliException">It is not, or the model takes no pictures.</exception>
    public Preprocessing RequirePreprocessing() => PictureInput.Require(Path, Inputs.Count, Inputs[0].Shape, Preprocessing);

    /// <summary>Loads an instance.</summary>
    public abstract IModelRunner Open();

    /// <summary>Fills the inputs with numbers from -1 to 1, the same every time, for measurements.</summary>
    public void FeedNoise(IModelRunner runner)
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            var random = new Random(1);
            float[] values = new float[Inputs[i].ElementCount];
            for (int k = 0; k < values.Length; k++) values[k] = random.NextSingle() * 2 - 1;
            runner.SetInput(i, values);
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
