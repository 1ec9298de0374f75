using System.Runtime.InteropServices;

namespace EdgeKit.Testing;

/// <summary>
/// Native memory that ends at a page which may not be touched: a read or write past the last byte ends the process. On Linux; elsewhere it is plain memory.
/// </summary>
public sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int PageBytes = 65536;
    private readonly nuint _bytes;
    private byte* _start;

    /// <summary>Reserves room for up to <paramref name="capacity"/> bytes.</summary>
    public GuardedBuffer(long capacity)
    {
        _bytes = ((nuint)capacity + PageBytes - 1) / PageBytes * PageBytes;
        if (!OperatingSystem.IsLinux())
        {
            _start = (byte*)NativeMemory.AlignedAlloc(_bytes, PageBytes);
            return;
        }
        const int read = 1, write = 2, isPrivate = 2, anonymous = 32;
        _start = Map(null, _bytes + PageBytes, read | write, isPrivate | anonymous, -1, 0);
        if ((nint)_start == -1 || Protect(_start + _bytes, PageBytes, 0) != 0) throw new InvalidOperationException("cannot map a guarded buffer");
    }

    /// <summary>The last <paramref name="count"/> elements: element number <paramref name="count"/> is out of bounds.</summary>
    public T* Last<T>(long count) where T : unmanaged
    {
        nuint bytes = (nuint)count * (nuint)sizeof(T);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _bytes, nameof(count));
        return (T*)(_start + _bytes - bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start == null) return;
        if (OperatingSystem.IsLinux()) _ = Unmap(_start, _bytes + PageBytes);
        else NativeMemory.AlignedFree(_start);
        _start = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
