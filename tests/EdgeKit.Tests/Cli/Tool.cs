using System.Text.Json;
using EdgeKit.Cli;
using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Tests.Cli;

/// <summary>Runs the tool in this process, in a folder of its own that goes away with it.</summary>
internal sealed class Tool : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("edgekit-cli-").FullName;

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a verb; nothing is a terminal.</summary>
    public static Outcome Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public static Outcome Run(CancellationToken cancel, params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int exitCode = CommandLine.Run(arguments, new Terminal(output, error, ErrorIsTerminal: false, cancel));
        return new Outcome(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>A small zoo net with its preprocessing.</summary>
    public string Net(string name = "net.onnx", int classes = 10)
    {
        OnnxFile.Save(Zoo.Create("mobilenet-v1", new ZooOptions { Width = 0.125, Size = 32, Classes = classes }), At(name));
        return At(name);
    }

    /// <summary>A net without preprocessing: Conv and Relu on 1x3xSIZExSIZE, or an unknown operator at its end.</summary>
    public string BareNet(string name, string lastOperator = "Relu", int size = 8)
    {
        var graph = new Graph { Name = "bare" };
        Value x = graph.AddInput("x", ElementType.Float, [1, 3, size, size]);
        Value weights = graph.NewConstant("w", Tensor.Of(Enumerable.Range(0, 12).Select(static i => i / 12f - 0.4f).ToArray(), 4, 3, 1, 1));
        Node conv = graph.Append("Conv", [x, weights]);
        conv.Attributes.Set("kernel_shape", new[] { 1, 1 });
        Value y = graph.Append(lastOperator, [conv.Output]).Output;
        graph.AddOutput(y);
        OnnxFile.Save(graph, At(name));
        return At(name);
    }

    /// <summary>A folder with as many pictures of noise, 0.png and so on, and labels.csv, picture i being of class i.</summary>
    public string Pictures(int count, int size = 32)
    {
        string folder = Directory.CreateDirectory(At("pictures")).FullName;
        ImageSource noise = ImageSource.Noise(7, count, size, size);
        for (int i = 0; i < count; i++) ImageFile.Save(noise[i].Load(), Path.Combine(folder, $"{i}.png"));
        File.WriteAllLines(Path.Combine(folder, "labels.csv"), Enumerable.Range(0, count).Select(static i => $"{i}.png,{i}"));
        return folder;
    }

    /// <summary>Names of all files in the folder, for proof that nothing is left behind.</summary>
    public string[] Files() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What a run of the tool left.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The error without progress lines: the last line.</summary>
    public string LastError => Error.TrimEnd('\n').Split('\n')[^1];
}
