using System.Runtime.InteropServices;

namespace EdgeKit.Devices.V4l2;

/// <summary>The calls of Linux that a camera takes. What fails returns -errno. Tests put a camera of their own behind them.</summary>
internal abstract unsafe class VideoCalls
{
    internal abstract int Open(string path);

    internal abstract int Control(int file, uint request, void* argument);

    /// <summary>Maps a buffer of the driver's; null when it fails.</summary>
    internal abstract byte* Map(int file, nuint bytes, long offset);

    internal abstract void Unmap(byte* memory, nuint bytes);

    /// <summary>Waits for a picture: 0 when none came within the time, else positive.</summary>
    internal abstract int Poll(int file, int milliseconds);

    internal abstract void Close(int file);

    internal int Control<T>(int file, uint request, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument) return Control(file, request, pointer);
    }
}

/// <summary>The calls of libc.</summary>
internal sealed unsafe partial class LibcCalls : VideoCalls
{
    // O_RDWR | O_NONBLOCK | O_CLOEXEC and POLLIN, the same on x64 and arm64.
    private const int OpenFlags = 0x2 | 0x800 | 0x80000;
    private const short PollIn = 1;
    private const int ReadAndWrite = 3;
    private const int Shared = 1;

    internal static LibcCalls Instance { get; } = new();

    internal override int Open(string path) => Result(OpenFile(path, OpenFlags));

    internal override int Control(int file, uint request, void* argument)
    {
        while (true)
        {
            int result = Result(DeviceControl(file, request, argument));
            if (result != -Errno.Interrupted) return result;
        }
    }

    internal override byte* Map(int file, nuint bytes, long offset)
    {
        nint memory = MapFile(0, bytes, ReadAndWrite, Shared, file, offset);
        return memory == -1 ? null : (byte*)memory;
    }

    internal override void Unmap(byte* memory, nuint bytes) => _ = UnmapFile((nint)memory, bytes);

    internal override int Poll(int file, int milliseconds)
    {
        PollEntry entry = new() { File = file, Events = PollIn };
        int result = Result(PollFiles(&entry, 1, milliseconds));
        // A signal ended the wait: as if nothing came.
        return result == -Errno.Interrupted ? 0 : result;
    }

    internal override void Close(int file) => _ = CloseFile(file);

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControl(int file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapFile(nint address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapFile(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollFiles(PollEntry* entries, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int file);

    private struct PollEntry
    {
        internal int File;
        internal short Events;
        internal short Returned;
    }
}
