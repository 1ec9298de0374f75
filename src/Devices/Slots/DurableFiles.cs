using System.Runtime.InteropServices;
using System.Text;

namespace EdgeKit.Devices.Slots;

/// <summary>Changes of files that a power cut leaves done or not done: written under another name, forced to the disk, renamed, and the folder forced to the disk.</summary>
internal partial class DurableFiles
{
    /// <summary>Copies a stream to a file.</summary>
    public virtual void Write(string path, Stream content)
    {
        string temporary = path + ".new";
        // What a cut left there goes away, and a link with it: it is never written through.
        File.Delete(temporary);
        using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            content.CopyTo(stream);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        SyncFolder(path);
    }

    /// <summary>Writes a text to a file.</summary>
    public void Write(string path, string text) => Write(path, new MemoryStream(Encoding.ASCII.GetBytes(text)));

    /// <summary>Deletes a file where there is one.</summary>
    public virtual void Delete(string path)
    {
        if (!File.Exists(path)) return;
        File.Delete(path);
        SyncFolder(path);
    }

    private static void SyncFolder(string path)
    {
        const int readOnly = 0, closeOnExec = 0x80000;
        if (!OperatingSystem.IsLinux()) return;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        int file = Open(folder, readOnly | closeOnExec);
        if (file < 0) throw new IOException($"{folder}: cannot be opened: errno {Marshal.GetLastPInvokeError()}");
        int result = Sync(file);
        _ = Close(file);
        if (result != 0) throw new IOException($"{folder}: cannot be written to the disk");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
