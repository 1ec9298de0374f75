namespace EdgeKit.Testing;

/// <summary>
/// The real models and pictures that some tests need and that are not in the repository: the folder that EDGEKIT_DATA names, else
/// <c>shared/data</c> in a folder above the test assembly.
/// </summary>
public static class TestData
{
    /// <summary>The folder with <c>models/</c> and <c>images/</c>, or null when there is none on this machine.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Why tests are skipped, or null when the data is there.</summary>
    public static string? Missing { get; } =
        Root is null ? "needs the real models and pictures: set EDGEKIT_DATA, or put them in shared/data beside the repository" : null;

    /// <summary>Path of a model by its file name.</summary>
    public static string Model(string fileName) => Existing("models", fileName);

    /// <summary>Path of a picture folder, such as "imagenet-val", or of a file of records, such as "cifar10-test-2000.bin".</summary>
    public static string Images(string name) => Existing("images", name);

    private static string Existing(string folder, string name)
    {
        string path = Path.Combine(Root ?? throw new DirectoryNotFoundException(Missing), folder, name);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there", path);
    }

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("EDGEKIT_DATA");
        if (!string.IsNullOrEmpty(named))
            return Directory.Exists(named) ? Path.GetFullPath(named) : throw new DirectoryNotFoundException($"EDGEKIT_DATA={named}: no such folder");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "shared", "data");
            if (File.Exists(Path.Combine(data, "README.md"))) return data;
        }
        return null;
    }
}
