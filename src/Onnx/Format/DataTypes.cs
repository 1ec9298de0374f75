namespace EdgeKit.Onnx.Format;

/// <summary>The element types of the file format (<c>TensorProto.DataType</c>) and what they become in a <see cref="Graph"/>.</summary>
internal static class DataTypes
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Bool = 9;
    public const int Float16 = 10;
    public const int Double = 11;
    public const int BFloat16 = 16;

    private static readonly string[] Names =
    [
        "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64",
        "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1",
    ];

    /// <summary>The type that holds elements of <paramref name="dataType"/>; the half-precision types are widened to <see cref="ElementType.Float"/>.</summary>
    /// <exception cref="ModelException">EdgeKit has no such elements.</exception>
    public static ElementType ElementTypeOf(int dataType) => TryElementTypeOf(dataType)
        ?? throw new ModelException($"element type {NameOf(dataType)} is not supported; convert the model to float, double, int8, uint8, int32, int64 or bool");

    /// <summary>The type that holds elements of <paramref name="dataType"/>, or null where there is none.</summary>
    public static ElementType? TryElementTypeOf(int dataType) => dataType switch
    {
        Float or Float16 or BFloat16 => ElementType.Float,
        UInt8 or Int8 or Int32 or Int64 or Bool or Double => (ElementType)dataType,
        _ => null,
    };

    /// <summary>Bytes of one element as the file stores it.</summary>
    public static int StoredSize(int dataType) => dataType switch
    {
        UInt8 or Int8 or Bool => 1,
        Float16 or BFloat16 => 2,
        Float or Int32 => 4,
        _ => 8,
    };

    private static string NameOf(int dataType) => dataType >= 0 && dataType < Names.Length ? Names[dataType] : $"number {dataType}";
}
