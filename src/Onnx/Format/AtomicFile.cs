namespace EdgeKit.Onnx;

/// <summary>Writes a file under a temporary name beside it and then renames, so that no reader meets half a file and a failure leaves none.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/>, replacing what is there only when all is written.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is one line that names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = FinalTarget(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (IsDevice(target))
            {
                // A rename would put a file in the device's place.
                using FileStream device = new(target, FileMode.Open, FileAccess.Write);
                write(device);
                return;
            }
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write)) write(stream);
            File.Move(temporary, target, overwrite: true);
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

    /// <summary>What a link names, so that the link stays; the path itself where it is none.</summary>
    private static string FinalTarget(string path) =>
        new FileInfo(path) is { Exists: true, LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows() && Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal) && File.Exists(path);
}
