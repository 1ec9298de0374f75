using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Models;

/// <summary>An ONNX model with every shape known, and its preprocessing.</summary>
/// <param name="Path">The file.</param>
/// <param name="Graph">The graph; its metadata carries the preprocessing.</param>
/// <param name="Preprocessing">How pictures become its input, at the input's size; null where that is not known.</param>
internal sealed record OnnxModel(string Path, Graph Graph, Preprocessing? Preprocessing)
{
    /// <summary>Batch normalizations that were folded when the model was read, by the name of the layer that took them in.</summary>
    public IReadOnlyDictionary<string, BatchNormStatistics> BatchNorms { get; init; } = new Dictionary<string, BatchNormStatistics>();

    /// <summary>Whether the file holds INT8 arithmetic: QDQ pairs or QLinear operators.</summary>
    public bool IsQuantized => Graph.Nodes.Any(static n => n.OpType is "QuantizeLinear" or "DequantizeLinear" || n.OpType.StartsWith("QLinear", StringComparison.Ordinal));

    /// <summary>Loads a model. Open heights and widths come from <paramref name="shapes"/>, else from the preprocessing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">A preprocessing file that replaces the model's own, or null.</param>
    /// <param name="shapes">Input shapes by name, "" for the only input; null when not given.</param>
    /// <param name="declutter">Whether to bring the graph into the form that is pruned, quantized and compiled.</param>
    /// <exception cref="ModelException">The model is malformed or not supported; the message names the file.</exception>
    public static OnnxModel Load(string path, string? config, IReadOnlyDictionary<string, int[]>? shapes, bool declutter = true)
    {
        RequireFile(path);
        Graph graph = OnnxFile.Load(path);
        Preprocessing? preprocessing = PreprocessingLookup.Find(path, config, graph);
        var norms = new Dictionary<string, BatchNormStatistics>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, int[]>? sizes = shapes ?? (preprocessing is null ? null : OpenSizes(graph, preprocessing));
        try
        {
            ShapeInference.Run(graph, sizes);
            if (declutter)
            {
                Declutter.Run(graph, norms);
                ShapeInference.Run(graph, sizes);
            }
        }
        catch (ModelException e)
        {
            throw new ModelException($"{path}: {e.Message}", e);
        }
        return Of(path, graph, preprocessing, sizeWasGiven: shapes is not null) with { BatchNorms = norms };
    }

    /// <summary>Wraps a graph that was made here and carries its preprocessing.</summary>
    public static OnnxModel Of(string path, Graph graph) =>
        Of(path, graph, Preprocessing.Parse(graph.Metadata[PlanCompiler.PreprocessingKey], path), sizeWasGiven: true);

    /// <summary>Wraps a copy of a graph that was made here, in the form that its file would be compiled in.</summary>
    public static OnnxModel AsLoaded(string path, Graph graph)
    {
        Graph copy = graph.Clone();
        ShapeInference.Run(copy);
        Declutter.Run(copy);
        ShapeInference.Run(copy);
        return Of(path, copy);
    }

    /// <summary>The preprocessing, which must be known.</summary>
    /// <exception cref="CliException">It is not, or the model takes no pictures; the message says what to do.</exception>
    public Preprocessing RequirePreprocessing()
    {
        int[] shape = Graph.Inputs[0].Dims;
        return PictureInput.Require(Path, Graph.Inputs.Count, shape, Preprocessing);
    }

    /// <summary>Refuses a path that is no file.</summary>
    /// <exception cref="CliException">There is no such file.</exception>
    public static void RequireFile(string path)
    {
        if (!File.Exists(path)) throw CliException.Failure(Directory.Exists(path) ? $"{path}: is a folder, not a model" : $"{path}: there is no such file");
    }

    private static OnnxModel Of(string path, Graph graph, Preprocessing? preprocessing, bool sizeWasGiven)
    {
        Preprocessing? fitted = preprocessing is null ? null : PictureInput.Fit(path, graph.Inputs[0].Dims, preprocessing, sizeWasGiven);
        if (fitted is not null) graph.Metadata[PlanCompiler.PreprocessingKey] = fitted.ToJson();
        return new OnnxModel(path, graph, fitted);
    }

    /// <summary>The height and width that the preprocessing gives to inputs that leave them open.</summary>
    private static Dictionary<string, int[]> OpenSizes(Graph graph, Preprocessing preprocessing)
    {
        var sizes = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (Value input in graph.Inputs)
        {
            if (input.Shape is null) sizes[input.Name] = [1, PictureInput.Channels, preprocessing.Height, preprocessing.Width];
            else if (input.Shape is { Length: 4 } s && (s[2] < 0 || s[3] < 0))
                sizes[input.Name] = [s[2] < 0 ? preprocessing.Height : s[2], s[3] < 0 ? preprocessing.Width : s[3]];
        }
        return sizes;
    }
}
