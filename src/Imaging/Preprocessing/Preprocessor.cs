namespace EdgeKit.Imaging;

/// <summary>
/// <see cref="Preprocess"/> for a stream of pictures: the same values, with tables and pictures in between that are kept, so that pictures of the size of the one before
/// allocate nothing. Serves one thread at a time.
/// </summary>
public sealed class Preprocessor
{
    private const int Channels = 3;

    private readonly Preprocessing _preprocessing;
    private readonly float[] _floats;
    private readonly sbyte[] _codes;
    private Fitter? _fitter;

    /// <summary>For inputs of float.</summary>
    /// <param name="preprocessing">The model's settings.</param>
    public Preprocessor(Preprocessing preprocessing)
    {
        _preprocessing = preprocessing;
        _floats = Preprocess.FloatTable(preprocessing);
        _codes = [];
    }

    /// <summary>For inputs of INT8.</summary>
    /// <param name="preprocessing">The model's settings.</param>
    /// <param name="scale">The input tensor's scale, positive and finite.</param>
    /// <param name="zeroPoint">The input tensor's zero point, -128 to 127.</param>
    /// <exception cref="ArgumentException">Scale or zero point is out of range.</exception>
    public Preprocessor(Preprocessing preprocessing, float scale, int zeroPoint)
    {
        _preprocessing = preprocessing;
        _floats = [];
        _codes = Preprocess.Int8Table(preprocessing, scale, zeroPoint);
    }

    /// <summary>Writes interleaved floats; see <see cref="Preprocess.ToFloatNhwc"/>.</summary>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for INT8.</exception>
    public ImageMapping ToFloatNhwc(Frame frame, Span<float> output) => Write(frame, _floats, output);

    /// <summary>Writes interleaved INT8; see <see cref="Preprocess.ToInt8Nhwc"/>.</summary>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for float.</exception>
    public ImageMapping ToInt8Nhwc(Frame frame, Span<sbyte> output) => Write(frame, _codes, output);

    private ImageMapping Write<T>(Frame frame, T[] table, Span<T> output)
    {
        if (table.Length == 0) throw new InvalidOperationException("this preprocessor was made for another type of input");
        if (_fitter is null || _fitter.Width != frame.Width || _fitter.Height != frame.Height) _fitter = new Fitter(frame.Width, frame.Height, _preprocessing);
        Frame fitted = _fitter.Apply(frame);
        if (output.Length < fitted.Pixels.Length) throw new ArgumentException($"room for {output.Length} values where {fitted.Pixels.Length} are written", nameof(output));
        Preprocess.Write(fitted, _preprocessing, table, output, pixelStride: Channels, channelStride: 1);
        return _fitter.Mapping;
    }
}
