using System.Security.Cryptography;

namespace EdgeKit.Cli.Fetching;

/// <summary>
/// Where downloaded models stay: NAME.onnx and NAME.json, and a download that was cut as NAME.onnx.HASH.part. The folder is <c>edgekit/models</c> in
/// XDG_CACHE_HOME, else in the user's cache folder.
/// </summary>
internal sealed class ModelCache
{
    private const int PartHashDigits = 12;

    private ModelCache(string folder)
    {
        Folder = folder;
    }

    /// <summary>The folder, which is there when something has been put into it.</summary>
    public string Folder { get; }

    /// <summary>The cache of this user.</summary>
    public static ModelCache Open()
    {
        string? named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // The specification has relative paths ignored.
        string root = !string.IsNullOrEmpty(named) && Path.IsPathRooted(named) ? named
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return At(Path.Combine(root, "edgekit", "models"));
    }

    /// <summary>A cache in a folder.</summary>
    public static ModelCache At(string folder) => new(folder);

    /// <summary>The file of a model.</summary>
    public string FileOf(CatalogueEntry model) => Path.Combine(Folder, $"{model.Name}.onnx");

    /// <summary>Where a download is kept until it is whole and right; of another version of the model it is another file.</summary>
    public string PartOf(CatalogueEntry model) => $"{FileOf(model)}.{model.Sha256[..PartHashDigits]}.part";

    /// <summary>Whether the model is there, by its size alone.</summary>
    public bool Seems(CatalogueEntry model) => new FileInfo(FileOf(model)) is { Exists: true } file && file.Length == model.Size;

    /// <summary>Whether the model is there, by its hash.</summary>
    public bool Holds(CatalogueEntry model) => Seems(model) && HashOf(FileOf(model)) == model.Sha256;

    /// <summary>Makes a download the model's file.</summary>
    public void Accept(CatalogueEntry model)
    {
        File.Move(PartOf(model), FileOf(model), overwrite: true);
        WritePreprocessing(model, FileOf(model));
    }

    /// <summary>Takes a file that somebody brought, if it is the model.</summary>
    /// <exception cref="CliException">It is another file.</exception>
    public void Take(CatalogueEntry model, string file)
    {
        string hash = HashOf(file);
        if (hash != model.Sha256) throw CliException.Failure($"{file}: is not {model.Name}: its SHA-256 is {hash}, that of {model.Address} is {model.Sha256}");
        OutputFile.CreateFolder(Folder);
        Copy(file, FileOf(model));
        WritePreprocessing(model, FileOf(model));
    }

    /// <summary>Copies the model and its preprocessing out of the cache.</summary>
    public void Place(CatalogueEntry model, string target)
    {
        Copy(FileOf(model), target);
        WritePreprocessing(model, target);
    }

    /// <summary>SHA-256 of a file in lower-case hexadecimal digits.</summary>
    public static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void Copy(string from, string to) => EdgeKit.Onnx.AtomicFile.Write(to, stream =>
    {
        using FileStream source = File.OpenRead(from);
        source.CopyTo(stream);
    });

    private static void WritePreprocessing(CatalogueEntry model, string file) => OutputFile.Write(Path.ChangeExtension(file, ".json"), model.Preprocessing.ToJson() + "\n");
}
