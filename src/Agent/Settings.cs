using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary>
/// A file of settings for watch: lines of <c>name = value</c> with the names of its options; empty lines and lines that begin with # are left out. What the command line says goes before it.
/// </summary>
internal static class Settings
{
    /// <summary>Adds what a file says to a command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The options that may be in it.</param>
    /// <exception cref="UsageException">A line is not understood; the message names file, line and the way out.</exception>
    /// <exception cref="ImageException">The file cannot be read.</exception>
    public static string[] Add(ReadOnlySpan<string> args, string path, string[] options)
    {
        var added = new List<string>();
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (string arg in args) given.Add(arg.Split('=')[0]);
        string[] lines = InputFile.ReadText(path).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? line : line[..equals].Trim(), value = equals < 0 ? "" : line[(equals + 1)..].Trim(), option = "--" + name;
            if (value.Length == 0) throw new UsageException($"{path}:{i + 1}: a line is \"name = value\", not \"{line}\"");
            if (!options.Contains(option)) throw new UsageException($"{path}:{i + 1}: there is no setting \"{name}\"; there are {string.Join(", ", options.Select(static o => o[2..]))}");
            if (added.Contains(option)) throw new UsageException($"{path}:{i + 1}: \"{name}\" is set twice");
            if (!given.Contains(option)) added.AddRange([option, value]);
        }
        return [.. args, .. added];
    }
}
