using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Benchmarks;

/// <summary>Native memory of one benchmark, aligned and with slack as kernels may rely on, filled with seeded noise.</summary>
internal sealed unsafe class NativeBuffers : IDisposable
{
    private const int Alignment = 64;
    private readonly Random _random = new(1);
    private readonly List<nint> _buffers = [];

    /// <summary>Zeroed memory.</summary>
    public T* Zeros<T>(long count) where T : unmanaged
    {
        nuint bytes = (nuint)(count * sizeof(T) + KernelContract.Slack);
        void* buffer = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(buffer, bytes);
        _buffers.Add((nint)buffer);
        return (T*)buffer;
    }

    /// <summary>INT8 from -127 to 127.</summary>
    public sbyte* Int8(long count)
    {
        sbyte* values = Zeros<sbyte>(count);
        for (long i = 0; i < count; i++) values[i] = (sbyte)_random.Next(-127, 128);
        return values;
    }

    /// <summary>Floats from -1 to 1.</summary>
    public float* Floats(long count)
    {
        float* values = Zeros<float>(count);
        for (long i = 0; i < count; i++) values[i] = _random.NextSingle() * 2 - 1;
        return values;
    }

    /// <summary>One value for all.</summary>
    public float* Filled(long count, float value)
    {
        float* values = Zeros<float>(count);
        for (long i = 0; i < count; i++) values[i] = value;
        return values;
    }

    public void Dispose()
    {
        foreach (nint buffer in _buffers) NativeMemory.AlignedFree((void*)buffer);
        _buffers.Clear();
    }
}
