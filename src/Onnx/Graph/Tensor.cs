using System.Runtime.InteropServices;

namespace EdgeKit.Onnx;

/// <summary>A dense row-major tensor. Its elements are not changed once it is part of a <see cref="Graph"/>.</summary>
public sealed class Tensor
{
    // Null while nobody has looked at a tensor of zeros.
    private Array? _data;

    private Tensor(ElementType type, Array data, int[] shape)
    {
        Length = ElementCount(shape);
        if (Length != data.Length)
            throw new ArgumentException($"{data.Length} elements do not fill shape [{string.Join(',', shape)}]", nameof(data));
        Type = type;
        _data = data;
        Shape = shape;
    }

    private Tensor(ElementType type, int[] shape)
    {
        Length = ElementCount(shape);
        Type = type;
        Shape = shape;
    }

    /// <summary>Type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>Dimensions, outermost first; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Length;

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>Wraps <paramref name="data"/> without copying.</summary>
    /// <typeparam name="T">float, byte, sbyte, int, long, bool or double.</typeparam>
    /// <exception cref="ArgumentException">The shape does not hold as many elements, or the type is none of these.</exception>
    public static Tensor Of<T>(T[] data, params int[] shape) where T : unmanaged => new(TypeOf<T>(), data, shape);

    /// <summary>A tensor of rank 0.</summary>
    public static Tensor Scalar<T>(T value) where T : unmanaged => Of([value]);

    /// <summary>A tensor of rank 1, as shapes and axes are given.</summary>
    public static Tensor Vector(params long[] values) => Of(values, values.Length);

    /// <summary>A tensor of zeros, which takes no memory until its elements are read.</summary>
    public static Tensor Zeros(ElementType type, params int[] shape) =>
        IsStored(type) ? new Tensor(type, shape) : throw new ArgumentException($"no tensors of type {type}", nameof(type));

    /// <summary>The elements, typed.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged =>
        Data is T[] typed && TypeOf<T>() == Type
            ? typed
            : throw new InvalidOperationException($"a tensor of {Type} was read as {typeof(T).Name}");

    /// <summary>The elements as float32 in a new array, whatever the type.</summary>
    public float[] ToFloats() => Type == ElementType.Float ? AsSpan<float>().ToArray() : Convert(static v => (float)v);

    /// <summary>The elements as int64 in a new array (floats truncated toward zero), as shapes, axes and indices are read.</summary>
    public long[] ToInt64s() => Type == ElementType.Int64 ? AsSpan<long>().ToArray() : Convert(static v => (long)v);

    /// <summary>The elements as int32 in a new array, saturated: slices use extreme values for "to the end".</summary>
    public int[] ToInt32s() => Array.ConvertAll(ToInt64s(), static v => (int)Math.Clamp(v, int.MinValue, int.MaxValue));

    /// <summary>The elements as double in a new array.</summary>
    public double[] ToDoubles() => Convert(static v => v);

    /// <summary>The same elements under another shape; nothing is copied.</summary>
    public Tensor Reshape(params int[] shape) => new(Type, Data, shape);

    /// <summary>The raw little-endian bytes of the elements.</summary>
    public ReadOnlySpan<byte> Bytes => Type switch
    {
        ElementType.Float => MemoryMarshal.AsBytes(AsSpan<float>()),
        ElementType.UInt8 => AsSpan<byte>(),
        ElementType.Int8 => MemoryMarshal.AsBytes(AsSpan<sbyte>()),
        ElementType.Int32 => MemoryMarshal.AsBytes(AsSpan<int>()),
        ElementType.Int64 => MemoryMarshal.AsBytes(AsSpan<long>()),
        ElementType.Bool => MemoryMarshal.AsBytes(AsSpan<bool>()),
        _ => MemoryMarshal.AsBytes(AsSpan<double>()),
    };

    /// <summary>Number of elements of a shape whose dimensions are all known.</summary>
    /// <exception cref="ArgumentException">A dimension is negative or the product exceeds <see cref="Array.MaxLength"/>.</exception>
    public static int ElementCount(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int d in shape)
        {
            if (d < 0) throw new ArgumentException($"dimension {d} is not a size");
            count *= d;
            if (count > Array.MaxLength) throw new ArgumentException("a tensor has more elements than an array can hold");
        }
        return (int)count;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type}[{string.Join(',', Shape)}]";

    private Array Data => _data ?? Interlocked.CompareExchange(ref _data, Allocate(Type, Length), null) ?? _data;

    private static bool IsStored(ElementType type) =>
        type is ElementType.Float or ElementType.UInt8 or ElementType.Int8 or ElementType.Int32 or ElementType.Int64 or ElementType.Bool or ElementType.Double;

    private static Array Allocate(ElementType type, int length) => type switch
    {
        ElementType.Float => new float[length],
        ElementType.UInt8 => new byte[length],
        ElementType.Int8 => new sbyte[length],
        ElementType.Int32 => new int[length],
        ElementType.Int64 => new long[length],
        ElementType.Bool => new bool[length],
        _ => new double[length],
    };

    private static ElementType TypeOf<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(double) ? ElementType.Double
        : throw new ArgumentException($"no tensors of {typeof(T).Name}");

    private T[] Convert<T>(Func<double, T> narrow) => Data switch
    {
        float[] a => Array.ConvertAll(a, v => narrow(v)),
        // sbyte[] and byte[] (as int[] and uint[]) match each other's patterns on arrays, so the declared type decides.
        Array a when Type == ElementType.UInt8 => Array.ConvertAll((byte[])a, v => narrow(v)),
        Array a when Type == ElementType.Int8 => Array.ConvertAll((sbyte[])a, v => narrow(v)),
        int[] a => Array.ConvertAll(a, v => narrow(v)),
        long[] a => Array.ConvertAll(a, v => narrow(v)),
        bool[] a => Array.ConvertAll(a, v => narrow(v ? 1 : 0)),
        _ => Array.ConvertAll((double[])Data, v => narrow(v)),
    };
}
