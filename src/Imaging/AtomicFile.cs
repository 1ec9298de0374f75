namespace EdgeKit.Imaging;

/// <summary>Writes a file under a temporary name beside it and then renames, so that no reader meets half a file.</summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/>, replacing what is there only when all is written.</summary>
    /// <exception cref="ImageException">The file cannot be written.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageException($"{path}: cannot be written: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }
}
