using System.Collections;
using System.Runtime.InteropServices;

namespace EdgeKit.Onnx.Format;

/// <summary>
/// Turns a <see cref="TensorProto"/> in any of its storage forms into a <see cref="Tensor"/>. Nothing is allocated before the file has been seen
/// to hold the data, so a small file cannot ask for a large tensor.
/// </summary>
internal static class TensorReader
{
    /// <summary>Reads a tensor.</summary>
    /// <param name="proto">The stored tensor.</param>
    /// <param name="folder">Folder of the model file, where external data lies; null when the model did not come from a file.</param>
    /// <exception cref="ModelException">The tensor is malformed or of a kind that is not supported. The message does not name the tensor.</exception>
    public static Tensor Read(TensorProto proto, string? folder)
    {
        int dataType = proto.DataType;
        ElementType type = DataTypes.ElementTypeOf(dataType);
        int[] shape = ReadShape(proto);
        int count = CountOf(shape);
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
            return FromBytes(ExternalData.Read(proto, folder, (long)count * DataTypes.StoredSize(dataType)), dataType, type, shape);
        if (proto.HasRawData && (proto.RawData.Length > 0 || count == 0))
        {
            Require(proto.RawData.Length == (long)count * DataTypes.StoredSize(dataType), $"{proto.RawData.Length} bytes", shape);
            return FromBytes(proto.RawData.Span, dataType, type, shape);
        }
        return FromTypedData(proto, dataType, shape, count);
    }

    private static Tensor FromTypedData(TensorProto proto, int dataType, int[] shape, int count)
    {
        IList stored = dataType switch
        {
            DataTypes.Float => proto.FloatData,
            DataTypes.Int64 => proto.Int64Data,
            DataTypes.Double => proto.DoubleData,
            _ => proto.Int32Data,
        };
        Require(stored.Count == count, $"{stored.Count} elements", shape);
        return dataType switch
        {
            DataTypes.Float => Tensor.Of(proto.FloatData.ToArray(), shape),
            DataTypes.Int64 => Tensor.Of(proto.Int64Data.ToArray(), shape),
            DataTypes.Double => Tensor.Of(proto.DoubleData.ToArray(), shape),
            DataTypes.Int32 => Tensor.Of(proto.Int32Data.ToArray(), shape),
            DataTypes.UInt8 => Tensor.Of(proto.Int32Data.Select(static v => (byte)v).ToArray(), shape),
            DataTypes.Int8 => Tensor.Of(proto.Int32Data.Select(static v => (sbyte)v).ToArray(), shape),
            DataTypes.Bool => Tensor.Of(proto.Int32Data.Select(static v => v != 0).ToArray(), shape),
            DataTypes.Float16 => Tensor.Of(proto.Int32Data.Select(static v => FromHalf((ushort)v)).ToArray(), shape),
            _ => Tensor.Of(proto.Int32Data.Select(static v => FromBFloat16((ushort)v)).ToArray(), shape),
        };
    }

    private static Tensor FromBytes(ReadOnlySpan<byte> bytes, int dataType, ElementType type, int[] shape) => dataType switch
    {
        DataTypes.Float16 => Tensor.Of(Widen(bytes, FromHalf), shape),
        DataTypes.BFloat16 => Tensor.Of(Widen(bytes, FromBFloat16), shape),
        // Any byte but 0 is true in a file; a bool in memory must be 0 or 1.
        DataTypes.Bool => Tensor.Of(Array.ConvertAll(bytes.ToArray(), static b => b != 0), shape),
        _ => type switch
        {
            ElementType.UInt8 => Tensor.Of(bytes.ToArray(), shape),
            ElementType.Int8 => Tensor.Of(Copy<sbyte>(bytes), shape),
            ElementType.Int32 => Tensor.Of(Copy<int>(bytes), shape),
            ElementType.Int64 => Tensor.Of(Copy<long>(bytes), shape),
            ElementType.Double => Tensor.Of(Copy<double>(bytes), shape),
            _ => Tensor.Of(Copy<float>(bytes), shape),
        },
    };

    private static T[] Copy<T>(ReadOnlySpan<byte> bytes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes).ToArray();

    private static float[] Widen(ReadOnlySpan<byte> bytes, Func<ushort, float> widen)
    {
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        var floats = new float[halves.Length];
        for (int i = 0; i < floats.Length; i++) floats[i] = widen(halves[i]);
        return floats;
    }

    private static float FromHalf(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    private static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static int[] ReadShape(TensorProto proto)
    {
        var shape = new int[proto.Dims.Count];
        for (int i = 0; i < shape.Length; i++)
        {
            long dim = proto.Dims[i];
            if (dim is < 0 or > int.MaxValue) throw new ModelException($"dimension {dim} is not a size");
            shape[i] = (int)dim;
        }
        return shape;
    }

    private static int CountOf(int[] shape)
    {
        try
        {
            return Tensor.ElementCount(shape);
        }
        catch (ArgumentException e)
        {
            throw new ModelException(e.Message, e);
        }
    }

    private static void Require(bool holds, string found, int[] shape)
    {
        if (!holds) throw new ModelException($"{found} of data do not fill shape [{string.Join(',', shape)}]");
    }
}
