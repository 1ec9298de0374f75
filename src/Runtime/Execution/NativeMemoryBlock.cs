using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Runtime.Execution;

/// <summary>Zeroed native memory, aligned to <see cref="Executor.Alignment"/>, with <see cref="KernelContract.Slack"/> bytes to spare at its end, freed on disposal.</summary>
internal sealed unsafe class NativeMemoryBlock : IDisposable
{
    public NativeMemoryBlock(long bytes)
    {
        Length = bytes;
        nuint size = (nuint)(bytes + KernelContract.Slack);
        Pointer = (byte*)NativeMemory.AlignedAlloc(size, Executor.Alignment);
        NativeMemory.Clear(Pointer, size);
    }

    public NativeMemoryBlock(ReadOnlySpan<byte> content) : this(content.Length) => content.CopyTo(new Span<byte>(Pointer, content.Length));

    ~NativeMemoryBlock() => Free();

    public byte* Pointer { get; private set; }

    public long Length { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer != null) NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
