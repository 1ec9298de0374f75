using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Runtime.Execution;

/// <summary>Zeroed native memory, aligned to <see cref="Executor.Alignment"/>, with <see cref="KernelContract.Slack"/> bytes to spare at its end, freed on disposal. The system gives large blocks page by page, when they are first used.</summary>
internal sealed unsafe class NativeMemoryBlock : IDisposable
{
    private void* _allocation;

    public NativeMemoryBlock(long bytes)
    {
        Length = bytes;
        // Zeroed by the allocator, which knows when fresh pages need not be touched; aligned allocations come without that knowledge.
        _allocation = NativeMemory.AllocZeroed((nuint)(bytes + KernelContract.Slack + Executor.Alignment));
        Pointer = (byte*)(((nint)_allocation + Executor.Alignment - 1) & -Executor.Alignment);
    }

    public NativeMemoryBlock(ReadOnlySpan<byte> content) : this(content.Length) => content.CopyTo(Span);

    ~NativeMemoryBlock() => Free();

    public byte* Pointer { get; private set; }

    public long Length { get; }

    /// <summary>The memory, of which there is less than 2 GiB.</summary>
    public Span<byte> Span => new(Pointer, (int)Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_allocation);
        _allocation = null;
        Pointer = null;
    }
}
