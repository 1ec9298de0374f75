using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>A dense tensor in managed memory: an input or an output of a run.</summary>
public sealed class OrtTensor
{
    /// <summary>Wraps raw elements without copying them.</summary>
    /// <param name="name">The input's or output's name in the model.</param>
    /// <param name="elementType">An <see cref="OrtElementType"/> number.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">The elements, row-major, in the machine's byte order.</param>
    /// <exception cref="ArgumentException">The type is not exchanged here, or <paramref name="data"/> has another length than the shape says.</exception>
    public OrtTensor(string name, int elementType, int[] shape, byte[] data)
    {
        int size = OrtElementType.SizeOf(elementType);
        if (size == 0) throw new ArgumentException($"tensor '{name}': element type {elementType} is not supported");
        long bytes = size;
        foreach (int dimension in shape)
        {
            if (dimension < 0) throw new ArgumentException($"tensor '{name}': dimension {dimension} of [{string.Join(',', shape)}]");
            bytes = checked(bytes * dimension);
        }
        if (bytes != data.Length)
            throw new ArgumentException($"tensor '{name}': {data.Length} bytes given, shape [{string.Join(',', shape)}] takes {bytes}");
        Name = name;
        ElementType = elementType;
        Shape = shape;
        Data = data;
    }

    /// <summary>The input's or output's name in the model.</summary>
    public string Name { get; }

    /// <summary>The element type as an <see cref="OrtElementType"/> number.</summary>
    public int ElementType { get; }

    /// <summary>Dimensions, outermost first; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>The elements, row-major, in the machine's byte order.</summary>
    public byte[] Data { get; }

    /// <summary>Copies values into a new tensor.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has no ONNX type, or the count of values is not the shape's.</exception>
    public static OrtTensor Create<T>(string name, int[] shape, ReadOnlySpan<T> values)
        where T : unmanaged
        => new(name, OrtElementType.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as <typeparamref name="T"/>, in place.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
        => OrtElementType.Of<T>() == ElementType
            ? MemoryMarshal.Cast<byte, T>(Data.AsSpan())
            : throw new InvalidOperationException($"tensor '{Name}' holds ONNX element type {ElementType}, not {typeof(T).Name}");
}
