using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Searching;

/// <summary>A hash of all that trials depend on besides their settings. Folders do not count, so that machines may keep the files in different places.</summary>
internal sealed class InputDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with the tool's own version and commit: results of different programs are not mixed.</summary>
    public InputDigest() => Add("edgekit", typeof(InputDigest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <summary>Adds a text.</summary>
    public void Add(string what, string text) => _hash.AppendData(Encoding.UTF8.GetBytes($"{what} {text.Length} {text}\n"));

    /// <summary>Adds a file's content.</summary>
    public void AddFile(string what, string path)
    {
        Add(what, Path.GetFileName(path));
        using FileStream file = File.OpenRead(path);
        _hash.AppendData(SHA256.HashData(file));
    }

    /// <summary>Adds pictures: names, classes and the files as they are on the disk.</summary>
    /// <param name="what">What they are for.</param>
    /// <param name="paths">What the command line names.</param>
    /// <param name="pictures">The pictures that are used of them.</param>
    public void AddPictures(string what, IReadOnlyList<string> paths, IReadOnlyCollection<ImageItem> pictures)
    {
        foreach (ImageItem picture in pictures) Add(what, $"{picture.Name} {picture.Label}");
        foreach (string path in paths)
        {
            if (File.Exists(path)) AddFile(what, path);
            else if (!Directory.Exists(path)) Add(what, path);
        }
        foreach (string folder in paths.Where(Directory.Exists))
        {
            foreach (string name in pictures.Select(static p => p.Name).Distinct(StringComparer.Ordinal))
                if (Path.Combine(folder, name) is var file && File.Exists(file)) AddFile(what, file);
        }
    }

    /// <summary>The hash of all that was added, in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
