namespace EdgeKit.Onnx;

/// <summary>Writes a file under a temporary name beside it and then renames, so that no reader meets half a file and a failure leaves none.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/>, replacing what is there only when all is written.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is one line that names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write)) write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e.Message.Replace(temporary, path, StringComparison.Ordinal);
            throw new IOException($"{path}: cannot be written: {reason}", e);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
