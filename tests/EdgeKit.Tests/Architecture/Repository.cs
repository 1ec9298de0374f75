using System.Xml.Linq;

namespace EdgeKit.Tests.Architecture;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>Every project below a folder of the checkout.</summary>
    internal static IEnumerable<string> Projects(string folder)
        => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories);

    /// <summary>A project's name without the common prefix, such as "Runtime.OnnxRuntime".</summary>
    internal static string ShortName(string project)
        => Path.GetFileNameWithoutExtension(project.Replace('\\', '/')).Replace("EdgeKit.", "", StringComparison.Ordinal);

    /// <summary>Short names of the projects that a project refers to itself.</summary>
    internal static string[] References(string project)
        => [.. XDocument.Load(project).Descendants("ProjectReference").Select(r => ShortName(r.Attribute("Include")!.Value))];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeKit.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no EdgeKit.sln above {AppContext.BaseDirectory}");
    }
}
