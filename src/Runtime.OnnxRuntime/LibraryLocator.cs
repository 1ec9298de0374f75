using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>Finds ONNX Runtime's native library.</summary>
internal static class LibraryLocator
{
    internal const string EnvironmentVariable = "EDGEKIT_ORT";

    /// <summary>The library's file names on this system, the one to ask the system's loader for first.</summary>
    internal static string[] FileNames { get; } =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    internal static string Rid { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>
    /// The library's full path: the explicit path, else the environment variable (each a file or a folder), else beside the
    /// program, else a checkout's <c>.cache/onnxruntime</c> above the program or the current folder. Null leaves it to the system's loader.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">A path was named and holds no library: looking further would hide the mistake.</exception>
    internal static string? Find(string? explicitPath, string? environment, string baseDirectory, string currentDirectory)
    {
        if (!string.IsNullOrEmpty(explicitPath)) return Named(explicitPath, explicitPath);
        if (!string.IsNullOrEmpty(environment)) return Named(environment, $"{EnvironmentVariable}={environment}");
        return InFolder(Path.Combine(baseDirectory, "runtimes", Rid, "native"))
            ?? InFolder(baseDirectory)
            ?? InCache(baseDirectory)
            ?? InCache(currentDirectory);
    }

    private static string Named(string path, string shown)
    {
        string full = Path.GetFullPath(path);
        return (File.Exists(full) ? full : InFolder(full))
            ?? throw new OnnxRuntimeException(OnnxRuntimeError.Library, $"{shown}: no {FileNames[0]} there");
    }

    private static string? InFolder(string folder)
        => FileNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? InCache(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (InFolder(Path.Combine(folder.FullName, ".cache", "onnxruntime", Rid)) is { } found) return found;
        }
        return null;
    }
}
