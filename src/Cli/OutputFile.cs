using System.Text;
using EdgeKit.Onnx;

namespace EdgeKit.Cli;

/// <summary>Every file the tool writes goes through here: a temporary name in the same folder, then a rename; nothing is left of a failure.</summary>
internal static class OutputFile
{
    /// <summary>Writes bytes.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is one line that names it.</exception>
    public static void Write(string path, byte[] content) => AtomicFile.Write(path, stream => stream.Write(content));

    /// <summary>Writes UTF-8 text.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is one line that names it.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Refuses an output that is an input, before any work is done.</summary>
    public static void RequireOther(string output, string input)
    {
        if (Path.GetFullPath(output) == Path.GetFullPath(input)) throw CliException.Usage($"{output}: the output would replace the model it is made from; choose another --out");
    }

    /// <summary>Refuses an output whose folder does not exist, before any work is done.</summary>
    public static void RequireFolder(string output)
    {
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output)))) throw CliException.Failure($"{output}: there is no such folder; make it, or choose another --out");
    }

    /// <summary>Makes a folder for outputs.</summary>
    /// <exception cref="IOException">It cannot be made; the message is one line that names it.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: the folder cannot be made: {e.Message}", e);
        }
    }
}
