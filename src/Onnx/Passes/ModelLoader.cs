namespace EdgeKit.Onnx;

/// <summary>Reads a model the way every verb wants it: normalised, with shapes, decluttered.</summary>
public static class ModelLoader
{
    /// <summary>Reads an ONNX file, infers shapes and declutters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shapes">Shapes of inputs by name, or of the first input under the empty name; for what the file leaves open.</param>
    /// <param name="declutter">False keeps the graph as the file has it, apart from normalised operators and folded constants.</param>
    /// <param name="statistics">Receives the batch normalisations that were folded, by the name of the node that took them in.</param>
    /// <exception cref="ModelException">The model is malformed, not supported, or its input size is known from nowhere.</exception>
    public static Graph Load(
        string path, IReadOnlyDictionary<string, int[]>? shapes = null, bool declutter = true, IDictionary<string, BatchNormStatistics>? statistics = null)
    {
        Graph graph = OnnxFile.Load(path);
        ShapeInference.Run(graph, shapes);
        if (!declutter) return graph;
        Declutter.Run(graph, statistics);
        ShapeInference.Run(graph, shapes);
        return graph;
    }
}
