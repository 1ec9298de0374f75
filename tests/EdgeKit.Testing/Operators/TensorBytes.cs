using System.Runtime.InteropServices;
using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <summary>Tensors from raw little-endian elements.</summary>
public static class TensorBytes
{
    /// <summary>The inverse of <see cref="Tensor.Bytes"/>.</summary>
    public static Tensor ToTensor(ElementType type, int[] shape, byte[] bytes) => type switch
    {
        ElementType.Float => Tensor.Of(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
        ElementType.UInt8 => Tensor.Of(bytes, shape),
        ElementType.Int8 => Tensor.Of(MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(), shape),
        ElementType.Int32 => Tensor.Of(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), shape),
        ElementType.Int64 => Tensor.Of(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape),
        ElementType.Bool => Tensor.Of(MemoryMarshal.Cast<byte, bool>(bytes).ToArray(), shape),
        ElementType.Double => Tensor.Of(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), shape),
        _ => throw new ArgumentException($"no tensors of type {type}", nameof(type)),
    };
}
