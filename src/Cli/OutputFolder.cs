namespace EdgeKit.Cli;

/// <summary>A folder for outputs that is there before the work begins; where the work leaves nothing in it, what was made goes again.</summary>
internal sealed class OutputFolder : IDisposable
{
    // From the innermost outwards.
    private readonly List<string> _made;

    private OutputFolder(List<string> made)
    {
        _made = made;
    }

    /// <summary>Makes a folder, with those that it lies in, where it is not there.</summary>
    /// <exception cref="IOException">It cannot be made; the message is one line that names it.</exception>
    public static OutputFolder Make(string path)
    {
        var made = new List<string>();
        for (string? folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)) made.Add(folder);
        OutputFile.CreateFolder(path);
        return new OutputFolder(made);
    }

    /// <summary>Removes what was made, as far as it is empty.</summary>
    public void Dispose()
    {
        foreach (string folder in _made)
        {
            if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any()) return;
            Directory.Delete(folder);
        }
    }
}
