using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>Conversion between a tensor's bytes and real values in the model's dimension order.</summary>
internal static class TensorAccess
{
    public static void Write(TensorInfo tensor, Span<byte> bytes, ReadOnlySpan<float> values)
    {
        if (values.Length != tensor.ElementCount)
            throw new ArgumentException($"'{tensor.Name}' takes {tensor.ElementCount} values, {values.Length} were given", nameof(values));
        (int outer, int channels, int inner) = Geometry(tensor);
        for (int n = 0; n < outer; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int i = 0; i < inner; i++)
                    Store(tensor, bytes, (n * inner + i) * channels + c, values[(n * channels + c) * inner + i]);
            }
        }
    }

    public static void Read(TensorInfo tensor, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (tensor.Order == PlanOrder.Logical)
        {
            int row = tensor.Channels;
            for (int i = 0; i < values.Length; i++) values[i] = Fetch(tensor, bytes, i / row * tensor.PixelStride + i % row);
            return;
        }
        (int outer, int channels, int inner) = Geometry(tensor);
        for (int n = 0; n < outer; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int i = 0; i < inner; i++)
                    values[(n * channels + c) * inner + i] = Fetch(tensor, bytes, (n * inner + i) * tensor.PixelStride + c);
            }
        }
    }

    private static (int Outer, int Channels, int Inner) Geometry(TensorInfo tensor)
    {
        if (tensor.Order == PlanOrder.Logical) return (1, 1, tensor.ElementCount);
        int[] d = tensor.Dims;
        int inner = 1;
        for (int i = 1; i < d.Length - 1; i++) inner *= d[i];
        return (d[0], d[^1], inner);
    }

    private static void Store(TensorInfo tensor, Span<byte> bytes, int index, float value)
    {
        switch (tensor.Type)
        {
            case PlanType.Int8:
                bytes[index] = (byte)(sbyte)(int)Math.Clamp(MathF.Round(value / tensor.Scale, MidpointRounding.ToEven) + tensor.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
                break;
            case PlanType.Float: MemoryMarshal.Cast<byte, float>(bytes)[index] = value; break;
            case PlanType.Int32: MemoryMarshal.Cast<byte, int>(bytes)[index] = (int)value; break;
            default: MemoryMarshal.Cast<byte, long>(bytes)[index] = (long)value; break;
        }
    }

    private static float Fetch(TensorInfo tensor, ReadOnlySpan<byte> bytes, int index) => tensor.Type switch
    {
        PlanType.Int8 => ((sbyte)bytes[index] - tensor.ZeroPoint) * tensor.Scale,
        PlanType.Float => MemoryMarshal.Cast<byte, float>(bytes)[index],
        PlanType.Int32 => MemoryMarshal.Cast<byte, int>(bytes)[index],
        _ => MemoryMarshal.Cast<byte, long>(bytes)[index],
    };
}
