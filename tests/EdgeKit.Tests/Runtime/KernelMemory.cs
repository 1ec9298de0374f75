using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Guarded buffers for one kernel call and its reference, filled from a seed.</summary>
internal sealed unsafe class KernelMemory : IDisposable
{
    private const int InputSlots = 7;
    private readonly GuardedBuffer[] _inputs = new GuardedBuffer[InputSlots];
    private readonly GuardedBuffer _pointers = new(1 << 16);
    private readonly List<GuardedBuffer> _others = [];

    public KernelMemory()
    {
        for (int i = 0; i < InputSlots; i++) _inputs[i] = new GuardedBuffer(1 << 16);
    }

    public static sbyte[] Bytes(Random random, int count, int lowest = -128)
    {
        var values = new sbyte[count];
        for (int i = 0; i < count; i++) values[i] = (sbyte)(random.Next(8) == 0 ? random.Next(2) == 0 ? lowest : 127 : random.Next(lowest, 128));
        return values;
    }

    public static float[] Floats(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextSingle() * 2 - 1;
        return values;
    }

    public static int[] Integers(Random random, int count, int bound)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++) values[i] = random.Next(-bound, bound);
        return values;
    }

    /// <summary>Fills the input rows with random values; each row ends at a guard page.</summary>
    public void FillRows(Random random, int length, bool int8)
    {
        foreach (GuardedBuffer input in _inputs)
        {
            if (int8) Bytes(random, length).CopyTo(new Span<sbyte>(input.Last<sbyte>(length), length));
            else Floats(random, length).CopyTo(new Span<float>(input.Last<float>(length), length));
        }
    }

    /// <summary>Fills every input row with the given values.</summary>
    public void FillRows(ReadOnlySpan<sbyte> values)
    {
        foreach (GuardedBuffer input in _inputs) values.CopyTo(new Span<sbyte>(input.Last<sbyte>(values.Length), values.Length));
    }

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance, string what)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance, $"{what}: element {i} is {actual[i]}, not {expected[i]}");
    }

    /// <summary>Pointers to rows in a fixed pattern: number i to row <c>order(i)</c>.</summary>
    public T** Rows<T>(int length, int count, Func<int, int> order) where T : unmanaged
    {
        var rows = (T**)_pointers.Last<nint>(count);
        for (int i = 0; i < count; i++) rows[i] = _inputs[order(i) % InputSlots].Last<T>(length);
        return rows;
    }

    /// <summary>Another buffer, released with this.</summary>
    public GuardedBuffer More(long capacity)
    {
        var buffer = new GuardedBuffer(capacity);
        _others.Add(buffer);
        return buffer;
    }

    public void Dispose()
    {
        foreach (GuardedBuffer buffer in _inputs) buffer.Dispose();
        foreach (GuardedBuffer buffer in _others) buffer.Dispose();
        _pointers.Dispose();
    }
}
