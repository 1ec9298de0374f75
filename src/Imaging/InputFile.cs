namespace EdgeKit.Imaging;

/// <summary>Reads files, with a one-line error naming the file.</summary>
internal static class InputFile
{
    internal static byte[] ReadBytes(string path) => Read(path, File.ReadAllBytes);

    internal static string ReadText(string path) => Read(path, File.ReadAllText);

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}";
            throw new ImageException($"{path}: {reason}", e);
        }
    }
}
