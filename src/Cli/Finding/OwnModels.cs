namespace EdgeKit.Cli.Finding;

/// <summary>The models that come with EdgeKit: <c>models/NAME.ekm</c> and <c>models/NAME.onnx</c> in the folder that the command runs in, or above the program.</summary>
internal static class OwnModels
{
    private const string Folder = "models";

    /// <summary>The path of a compiled model.</summary>
    /// <exception cref="CliException">It is not there; the message says where it was looked for and what else can be done.</exception>
    public static string Path(string name) => Find($"{name}.ekm") ?? throw Absent($"{name}.ekm", "name a model with --model");

    /// <summary>The path of a float model.</summary>
    /// <exception cref="CliException">It is not there; the message says where it was looked for and what else can be done.</exception>
    public static string FloatPath(string name) => Find($"{name}.onnx") ?? throw Absent($"{name}.onnx", "name a model");

    private static string? Find(string name)
    {
        string file = System.IO.Path.Combine(Folder, name);
        if (File.Exists(file)) return file;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, file);
            if (File.Exists(path)) return path;
        }
        return null;
    }

    private static CliException Absent(string name, string wayOut) =>
        CliException.Failure($"{System.IO.Path.Combine(Folder, name)} is neither here nor above the program; {wayOut}");
}
