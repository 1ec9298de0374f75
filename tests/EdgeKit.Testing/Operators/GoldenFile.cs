using System.IO.Compression;
using System.Text;
using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <summary>
/// Outputs of ONNX Runtime for named cases: a gzip stream of the engine's name and version, then for each case its name
/// and its outputs (element type, shape, little-endian elements).
/// </summary>
public sealed record GoldenFile(string Engine, IReadOnlyDictionary<string, Tensor[]> Outputs)
{
    private const string Magic = "EdgeKit golden 1";

    /// <summary>Path of a file in the repository's <c>tests/EdgeKit.Tests/golden</c>, found by walking up from the test assembly.</summary>
    public static string PathOf(string fileName)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string tests = Path.Combine(folder.FullName, "tests", "EdgeKit.Tests");
            if (Directory.Exists(tests)) return Path.Combine(tests, "golden", fileName);
        }
        throw new DirectoryNotFoundException("tests/EdgeKit.Tests is not above the test assembly");
    }

    /// <summary>Reads a file.</summary>
    public static GoldenFile Read(string path)
    {
        using var reader = new BinaryReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        if (reader.ReadString() != Magic) throw new InvalidDataException($"{path} is not a golden file");
        string engine = reader.ReadString();
        var outputs = new Dictionary<string, Tensor[]>(StringComparer.Ordinal);
        for (int cases = reader.ReadInt32(); cases > 0; cases--)
        {
            string name = reader.ReadString();
            var tensors = new Tensor[reader.ReadInt32()];
            for (int i = 0; i < tensors.Length; i++) tensors[i] = ReadTensor(reader);
            outputs.Add(name, tensors);
        }
        return new GoldenFile(engine, outputs);
    }

    /// <summary>Writes the file in place of an older one.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        using (var writer = new BinaryWriter(new GZipStream(File.Create(temporary), CompressionLevel.SmallestSize), Encoding.UTF8))
        {
            writer.Write(Magic);
            writer.Write(Engine);
            writer.Write(Outputs.Count);
            foreach ((string name, Tensor[] tensors) in Outputs)
            {
                writer.Write(name);
                writer.Write(tensors.Length);
                foreach (Tensor tensor in tensors) WriteTensor(writer, tensor);
            }
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static Tensor ReadTensor(BinaryReader reader)
    {
        var type = (ElementType)reader.ReadInt32();
        int[] shape = new int[reader.ReadInt32()];
        for (int i = 0; i < shape.Length; i++) shape[i] = reader.ReadInt32();
        return TensorBytes.ToTensor(type, shape, reader.ReadBytes(reader.ReadInt32()));
    }

    private static void WriteTensor(BinaryWriter writer, Tensor tensor)
    {
        writer.Write((int)tensor.Type);
        writer.Write(tensor.Rank);
        foreach (int d in tensor.Shape) writer.Write(d);
        writer.Write(tensor.Bytes.Length);
        writer.Write(tensor.Bytes);
    }
}
