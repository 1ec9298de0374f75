using System.Globalization;

namespace EdgeKit.Devices.Boards;

/// <summary>The files by which Linux tells about a machine, below a folder that stands for the root: tests put trees of their own there. What cannot be read is not known.</summary>
/// <param name="root">The folder.</param>
public sealed class SystemFiles(string root = "/")
{
    // Files of /sys and /proc say nothing of their length.
    private const int MostBytes = 1 << 20;

    private static readonly string[] ProgramFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/opt/vc/bin"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where a path of the machine lies.</summary>
    public string PathOf(string path) => Path.Combine(root, path.TrimStart('/'));

    /// <summary>Whether there is such a file, folder or device.</summary>
    public bool Has(string path) => Path.Exists(PathOf(path));

    /// <summary>What a file holds, without spaces and zeros at its ends; null where there is no such file or it may not be read.</summary>
    public string? Text(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(path));
            return System.Text.Encoding.UTF8.GetString(ReadAll(file)).Trim('\0', ' ', '\t', '\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The lines of a file; none where it cannot be read.</summary>
    public string[] Lines(string path) => Text(path)?.Split('\n') ?? [];

    /// <summary>The number that a file holds; null where it holds none.</summary>
    public long? Number(string path) => long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>Files and folders of a folder, in the order of their numbers: cpu2 comes before cpu10.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">What their names look like, with *.</param>
    /// <returns>Their paths, as the other members take them.</returns>
    public string[] Entries(string folder, string pattern)
    {
        try
        {
            string[] names = Directory.GetFileSystemEntries(PathOf(folder), pattern).Select(static e => Path.GetFileName(e));
            Array.Sort(names, static (a, b) => a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(a, b));
            return names.Select(n => $"{folder}/{n}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Where a program lies; null where it is not installed.</summary>
    public string? Program(string name)
    {
        foreach (string folder in ProgramFolders)
        {
            string path = PathOf($"{folder}/{name}");
            if (File.Exists(path)) return path;
        }
        return null;
    }

    /// <summary>What a program of the system writes; null where it is not installed, fails or hangs.</summary>
    public string? Output(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || Program(program) is not { } path) return null;
        try
        {
            using ChildProgram child = ChildProgram.Start(path, arguments);
            using var watchdog = new Timer(static c => ((ChildProgram)c!).Kill(), child, Patience, Timeout.InfiniteTimeSpan);
            string text = System.Text.Encoding.UTF8.GetString(ReadAll(child.Output));
            return child.WaitForExit(Patience) == 0 ? text : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        byte[] bytes = new byte[4096];
        int count = 0;
        for (int read; count < MostBytes && (read = stream.Read(bytes, count, bytes.Length - count)) > 0;)
        {
            count += read;
            if (count == bytes.Length) Array.Resize(ref bytes, 2 * count);
        }
        return bytes[..count];
    }
}
