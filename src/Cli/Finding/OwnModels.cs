namespace EdgeKit.Cli.Finding;

/// <summary>The models that come with EdgeKit: <c>models/NAME.ekm</c> in the folder that the command runs in, or above the program.</summary>
internal static class OwnModels
{
    private const string Folder = "models";

    /// <summary>The path of a model.</summary>
    /// <exception cref="CliException">It is not there; the message says where it was looked for and what else can be done.</exception>
    public static string Path(string name)
    {
        string file = System.IO.Path.Combine(Folder, $"{name}.ekm");
        if (File.Exists(file)) return file;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, file);
            if (File.Exists(path)) return path;
        }
        throw CliException.Failure($"{file} is neither here nor above the program; name a model with --model");
    }
}
