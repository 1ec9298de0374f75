using EdgeKit.Onnx.Format;
using EdgeKit.Onnx.Normalise;
using Google.Protobuf;

namespace EdgeKit.Onnx;

/// <summary>
/// Reads and writes ONNX files. Reading accepts opset 7 to 21 and brings every operator into one form (that of opset 17, see
/// <c>docs/onnx.md</c>); float16 and bfloat16 become float32.
/// </summary>
public static class OnnxFile
{
    /// <summary>Reads a model file, external data included.</summary>
    /// <exception cref="ModelException">The file cannot be read, is malformed, or holds what EdgeKit does not support.</exception>
    public static Graph Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException($"{path}: no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {e.Message}", e);
        }
        return Parse(bytes, path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a model from the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="nameForErrors">What messages call the file.</param>
    /// <exception cref="ModelException">The bytes are malformed, or hold what EdgeKit does not support.</exception>
    public static Graph Parse(ReadOnlySpan<byte> bytes, string nameForErrors) => Parse(bytes, nameForErrors, folder: null);

    /// <summary>
    /// Writes a model file of opset 13, or the graph's own or what its operators need where that is newer. Operators of EdgeKit's own domain are spelled out in standard ones;
    /// the graph itself is not changed.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; nothing is left behind, and an older file of that name stays as it was.</exception>
    public static void Save(Graph graph, string path)
    {
        byte[] bytes = Serialize(graph);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of the file that <see cref="Save"/> writes; the same graph always gives the same bytes.</summary>
    public static byte[] Serialize(Graph graph)
    {
        Graph copy = graph.Clone();
        copy.Opset = Math.Max(Opsets.Needed(copy), copy.Opset);
        Lowering.Run(copy);
        return GraphWriter.Write(copy).ToByteArray();
    }

    private static Graph Parse(ReadOnlySpan<byte> bytes, string name, string? folder)
    {
        try
        {
            if (bytes.IsEmpty) throw new ModelException("the file is empty");
            ModelProto model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            Graph graph = GraphReader.Read(model, Path.GetFileNameWithoutExtension(name), folder);
            Normaliser.Run(graph);
            return graph;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelException($"{name}: is not a valid ONNX file or is cut off; copy or export it again", e);
        }
        catch (ModelException e)
        {
            throw new ModelException($"{name}: {e.Message}", e);
        }
    }
}
