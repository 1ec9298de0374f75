namespace EdgeKit.Imaging;

/// <summary>
/// Writes a model's input from a picture: fits it (<see cref="Fitting"/>), then orders the channels, normalises and, for INT8, quantizes in one pass. A sample has only 256
/// values, so each channel's arithmetic is done once for a table.
/// </summary>
public static class Preprocess
{
    private const int Levels = 256;
    private const int Channels = 3;

    /// <summary>Writes float planes, 3 x height x width: x' = (x - mean) / std in float32.</summary>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="preprocessing">The model's settings.</param>
    /// <param name="output">At least 3 x height x width values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    public static ImageMapping ToFloatNchw(Frame frame, Preprocessing preprocessing, Span<float> output)
    {
        Frame fitted = Fitted(frame, preprocessing, output.Length, out ImageMapping mapping);
        Write(fitted, preprocessing, FloatTable(preprocessing), output, pixelStride: 1, channelStride: fitted.Width * fitted.Height);
        return mapping;
    }

    /// <summary>Writes interleaved floats, height x width x 3: x' = (x - mean) / std in float32.</summary>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="preprocessing">The model's settings.</param>
    /// <param name="output">At least height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    public static ImageMapping ToFloatNhwc(Frame frame, Preprocessing preprocessing, Span<float> output)
    {
        Frame fitted = Fitted(frame, preprocessing, output.Length, out ImageMapping mapping);
        Write(fitted, preprocessing, FloatTable(preprocessing), output, pixelStride: Channels, channelStride: 1);
        return mapping;
    }

    /// <summary>
    /// Writes interleaved INT8, height x width x 3, as ONNX QuantizeLinear would from the float input: saturate(round_half_even(x' / scale) + zeroPoint), in float32.
    /// </summary>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="preprocessing">The model's settings.</param>
    /// <param name="scale">The input tensor's scale, positive and finite.</param>
    /// <param name="zeroPoint">The input tensor's zero point, -128 to 127.</param>
    /// <param name="output">At least height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="ArgumentException">The output is too short, or scale or zero point is out of range.</exception>
    public static ImageMapping ToInt8Nhwc(Frame frame, Preprocessing preprocessing, float scale, int zeroPoint, Span<sbyte> output)
    {
        sbyte[] table = Int8Table(preprocessing, scale, zeroPoint);
        Frame fitted = Fitted(frame, preprocessing, output.Length, out ImageMapping mapping);
        Write(fitted, preprocessing, table, output, pixelStride: Channels, channelStride: 1);
        return mapping;
    }

    private static Frame Fitted(Frame frame, Preprocessing preprocessing, int outputLength, out ImageMapping mapping)
    {
        int needed = preprocessing.Width * preprocessing.Height * Channels;
        if (outputLength < needed)
            throw new ArgumentException($"room for {outputLength} values where {needed} are written");
        return Fitting.Apply(frame, preprocessing, out mapping);
    }

    /// <summary>x' for every channel (in the model's order) and sample value, 3 x 256.</summary>
    internal static float[] FloatTable(Preprocessing preprocessing)
    {
        float[] table = new float[Channels * Levels];
        for (int i = 0; i < table.Length; i++)
            table[i] = (i % Levels - preprocessing.Mean[i / Levels]) / preprocessing.Std[i / Levels];
        return table;
    }

    /// <summary>The quantized x' for every channel and sample value, 3 x 256.</summary>
    internal static sbyte[] Int8Table(Preprocessing preprocessing, float scale, int zeroPoint)
    {
        if (!(scale > 0) || !float.IsFinite(scale))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "must be positive and finite");
        ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, sbyte.MinValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, sbyte.MaxValue);
        float[] normalized = FloatTable(preprocessing);
        sbyte[] table = new sbyte[normalized.Length];
        for (int i = 0; i < table.Length; i++)
            table[i] = (sbyte)Math.Clamp(MathF.Round(normalized[i] / scale, MidpointRounding.ToEven) + zeroPoint, sbyte.MinValue, sbyte.MaxValue);
        return table;
    }

    internal static void Write<T>(Frame frame, Preprocessing preprocessing, ReadOnlySpan<T> table, Span<T> output, int pixelStride, int channelStride)
    {
        ReadOnlySpan<byte> pixels = frame.Pixels;
        for (int channel = 0; channel < Channels; channel++)
        {
            int source = preprocessing.Color == ColorOrder.Bgr ? Channels - 1 - channel : channel;
            ReadOnlySpan<T> channelTable = table.Slice(channel * Levels, Levels);
            int target = channel * channelStride;
            for (int i = source; i < pixels.Length; i += Channels, target += pixelStride)
                output[target] = channelTable[pixels[i]];
        }
    }
}
