using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Models;

/// <summary>A model on EdgeKit's own runtime.</summary>
internal sealed class EkmModel : RunnableModel
{
    private readonly PlanFile _file;
    private readonly SessionOptions _options;

    private EkmModel(PlanFile file, SessionOptions options)
    {
        _file = file;
        _options = options;
    }

    /// <summary>Loads an <c>.ekm</c> file, or compiles an <c>.onnx</c> file in memory.</summary>
    public static EkmModel Load(string path, RunRequest request)
    {
        OnnxModel.RequireFile(path);
        if (!IsCompiled(path)) return Compile(OnnxModel.Load(path, request.Config, request.Shapes), new FileInfo(path).Length, Options(request));
        PlanFile file = PlanFile.Load(path);
        return Describe(path, file, file.Length, PreprocessingLookup.Find(path, request.Config, file), request.Shapes, Options(request));
    }

    /// <summary>Compiles a graph in memory.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="fileBytes">Size of the file that stands for it.</param>
    /// <param name="options">How it is run.</param>
    public static EkmModel Compile(OnnxModel model, long fileBytes, SessionOptions? options = null) =>
        Describe(model.Path, PlanFile.Parse(CompileBytes([model]), model.Path), fileBytes, model.Preprocessing, shapes: null, options ?? new SessionOptions());

    /// <summary>Compiles a graph to the content of an <c>.ekm</c> file.</summary>
    /// <exception cref="Onnx.ModelException">The runtime does not take it; the message names the file.</exception>
    public static byte[] CompileBytes(OnnxModel[] sizes, Optimizations without = Optimizations.None)
    {
        try
        {
            return PlanCompiler.Compile([.. sizes.Select(static m => m.Graph)], new CompileOptions { Labels = sizes[0].Preprocessing?.Labels ?? [], Without = without });
        }
        catch (Onnx.ModelException e)
        {
            throw new Onnx.ModelException($"{sizes[0].Path}: {e.Message}", e);
        }
    }

    /// <summary>Loads an instance, with all that EdgeKit's sessions tell.</summary>
    public Session OpenSession() => Session.Load(_file, _options);

    /// <inheritdoc/>
    public override IModelRunner Open() => new EkmRunner(OpenSession());

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private static EkmModel Describe(string path, PlanFile file, long fileBytes, Preprocessing? preprocessing, IReadOnlyDictionary<string, int[]>? shapes, SessionOptions options)
    {
        for (int plan = 0; plan < file.PlanCount; plan++)
        {
            using Session session = Session.Load(file, new SessionOptions { Plan = plan });
            NamedShape[] inputs = [.. session.Inputs.Select(i => Shape(session.Tensors[i]))];
            if (shapes is not null && !Matches(inputs, shapes)) continue;
            return new EkmModel(file, options with { Plan = plan })
            {
                Path = path,
                Backend = EdgeKitBackend,
                IsInt8 = session.IsInt8,
                FileBytes = fileBytes,
                Preprocessing = preprocessing is null ? null : PictureInput.Fit(path, inputs[0].Shape, preprocessing, sizeWasGiven: shapes is not null || plan > 0),
                Inputs = inputs,
                Outputs = [.. session.Outputs.Select(i => Shape(session.Tensors[i]))],
            };
        }
        throw CliException.Usage($"{path}: was not compiled for the shape that --shape asks for; compile it with that --shape too");
    }

    private static SessionOptions Options(RunRequest request) => new() { Threads = request.Threads, Cores = request.Cores };

    private static NamedShape Shape(TensorInfo tensor) => new(tensor.Name, tensor.LogicalDims);

    private static bool Matches(NamedShape[] inputs, IReadOnlyDictionary<string, int[]> shapes) => shapes.All(wanted =>
        inputs.Any(input => (wanted.Key.Length == 0 ? inputs.Length == 1 : input.Name == wanted.Key)
            && (input.Shape.SequenceEqual(wanted.Value) || (wanted.Value.Length == 2 && input.Shape.Length == 4 && input.Shape.AsSpan(2).SequenceEqual(wanted.Value)))));
}
