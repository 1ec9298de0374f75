namespace EdgeKit.Arm64.Tool;

/// <summary>The response file of the code generator, rewritten from x64 to arm64.</summary>
internal static class ResponseFile
{
    private const string CoreLib = "System.Private.CoreLib.dll";

    /// <param name="source">The x64 file, with paths relative to <paramref name="project"/>.</param>
    /// <param name="project">Folder of the project.</param>
    /// <param name="libraries">Folder of the assemblies that the project refers to, which a build, unlike a publish, leaves out of the file.</param>
    /// <param name="coreLib">The patched library.</param>
    /// <param name="output">The object file to make.</param>
    /// <param name="target">The file to write.</param>
    public static void Rewrite(string source, string project, string libraries, string coreLib, string output, string target)
    {
        var lines = new List<string>();
        foreach (string line in File.ReadLines(source))
        {
            if (line.Length == 0 || line is "--dehydrate" or "-g" || line.StartsWith("--exportsfile", StringComparison.Ordinal)) continue;
            lines.Add(line switch
            {
                _ when line.StartsWith("--targetarch", StringComparison.Ordinal) => "--targetarch:arm64",
                _ when line.StartsWith("-o:", StringComparison.Ordinal) => "-o:" + output,
                _ when line.StartsWith("-r:", StringComparison.Ordinal) => "-r:" + (line.EndsWith("/" + CoreLib, StringComparison.Ordinal) ? coreLib : Path.GetFullPath(line[3..], project)),
                _ when line[0] != '-' => Path.GetFullPath(line, project),
                _ => line,
            });
        }
        lines.AddRange(Directory.EnumerateFiles(libraries, "EdgeKit.*.dll").Where(f => !lines[0].EndsWith("/" + Path.GetFileName(f), StringComparison.Ordinal)).Select(static f => "-r:" + f));
        File.WriteAllLines(target, lines);
    }

    /// <summary>The unpatched library of a response file.</summary>
    public static string CoreLibOf(string source) => File.ReadLines(source).Single(static l => l.StartsWith("-r:", StringComparison.Ordinal) && l.EndsWith("/" + CoreLib, StringComparison.Ordinal))[3..];
}
