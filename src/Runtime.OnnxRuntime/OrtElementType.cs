namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>The element types of tensors by their ONNX number (<c>TensorProto.DataType</c>), as far as tensors can be exchanged here.</summary>
public static class OrtElementType
{
    /// <summary>32-bit IEEE float.</summary>
    public const int Float = 1;

    /// <summary>Unsigned byte.</summary>
    public const int UInt8 = 2;

    /// <summary>Signed byte.</summary>
    public const int Int8 = 3;

    /// <summary>Unsigned 16-bit integer.</summary>
    public const int UInt16 = 4;

    /// <summary>Signed 16-bit integer.</summary>
    public const int Int16 = 5;

    /// <summary>Signed 32-bit integer.</summary>
    public const int Int32 = 6;

    /// <summary>Signed 64-bit integer.</summary>
    public const int Int64 = 7;

    /// <summary>One byte an element, 0 or 1.</summary>
    public const int Bool = 9;

    /// <summary>16-bit IEEE float.</summary>
    public const int Float16 = 10;

    /// <summary>64-bit IEEE float.</summary>
    public const int Double = 11;

    /// <summary>Unsigned 32-bit integer.</summary>
    public const int UInt32 = 12;

    /// <summary>Unsigned 64-bit integer.</summary>
    public const int UInt64 = 13;

    /// <summary>Bytes an element takes, or 0 for a type that is not exchanged (strings, complex and sub-byte types).</summary>
    public static int SizeOf(int elementType) => elementType switch
    {
        UInt8 or Int8 or Bool => 1,
        UInt16 or Int16 or Float16 => 2,
        Float or Int32 or UInt32 => 4,
        Double or Int64 or UInt64 => 8,
        _ => 0,
    };

    /// <summary>The ONNX number of a .NET element type.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has no ONNX counterpart.</exception>
    public static int Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Float;
        if (typeof(T) == typeof(byte)) return UInt8;
        if (typeof(T) == typeof(sbyte)) return Int8;
        if (typeof(T) == typeof(ushort)) return UInt16;
        if (typeof(T) == typeof(short)) return Int16;
        if (typeof(T) == typeof(int)) return Int32;
        if (typeof(T) == typeof(long)) return Int64;
        if (typeof(T) == typeof(bool)) return Bool;
        if (typeof(T) == typeof(Half)) return Float16;
        if (typeof(T) == typeof(double)) return Double;
        if (typeof(T) == typeof(uint)) return UInt32;
        if (typeof(T) == typeof(ulong)) return UInt64;
        throw new ArgumentException($"{typeof(T)} has no ONNX element type");
    }
}
