using EdgeKit.Imaging.Decoding;
using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Imaging;

/// <summary>
/// <see cref="PixelConversion"/> and <see cref="Preprocess"/> for a stream of pictures: the same values, in one pass on vectors (<see cref="PixelRows"/>), with tables and rows that are
/// kept, so that pictures of the size of the one before allocate nothing. Serves one thread at a time.
/// </summary>
public sealed class Preprocessor
{
    private const int Channels = 3;

    private readonly Preprocessing _preprocessing;
    private readonly float[] _floats;
    private readonly sbyte[] _codes;
    private RowFitter? _fitter;
    private TilePlan? _plan;
    private RowFitter[] _tiles = [];

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

    /// <summary>Whether another one writes the same values of every picture, so that one of them is enough for two models.</summary>
    /// <param name="other">The other one.</param>
    public bool IsLike(Preprocessor other) =>
        (_preprocessing.Width, _preprocessing.Height, _preprocessing.Fit, _preprocessing.Pad, _preprocessing.Color)
            == (other._preprocessing.Width, other._preprocessing.Height, other._preprocessing.Fit, other._preprocessing.Pad, other._preprocessing.Color)
        && _floats.AsSpan().SequenceEqual(other._floats) && _codes.AsSpan().SequenceEqual(other._codes);

    /// <summary>Writes interleaved floats; see <see cref="Preprocess.ToFloatNhwc"/>.</summary>
    /// <param name="picture">The picture, of any size and format but JPEG, which is to be decoded before.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for INT8.</exception>
    /// <exception cref="ArgumentException">The output or the picture's data is too short, or the picture is a JPEG.</exception>
    /// <exception cref="ImageException">As <see cref="Fitting.Apply"/>.</exception>
    public ImageMapping ToFloatNhwc(RawPicture picture, Span<float> output) => Write(picture, _floats, output);

    /// <inheritdoc cref="ToFloatNhwc(RawPicture, Span{float})"/>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="output">height x width x 3 values.</param>
    public ImageMapping ToFloatNhwc(Frame frame, Span<float> output) => Write(frame.Raw, _floats, output);

    /// <summary>Writes interleaved INT8; see <see cref="Preprocess.ToInt8Nhwc"/>.</summary>
    /// <param name="picture">The picture, of any size and format but JPEG, which is to be decoded before.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for float.</exception>
    /// <exception cref="ArgumentException">The output or the picture's data is too short, or the picture is a JPEG.</exception>
    /// <exception cref="ImageException">As <see cref="Fitting.Apply"/>.</exception>
    public ImageMapping ToInt8Nhwc(RawPicture picture, Span<sbyte> output) => Write(picture, _codes, output);

    /// <inheritdoc cref="ToInt8Nhwc(RawPicture, Span{sbyte})"/>
    /// <param name="frame">The picture, of any size.</param>
    /// <param name="output">height x width x 3 values.</param>
    public ImageMapping ToInt8Nhwc(Frame frame, Span<sbyte> output) => Write(frame.Raw, _codes, output);

    /// <summary>
    /// Writes a tile of a picture as interleaved floats: its pixels as they are, whatever <see cref="Preprocessing.Fit"/> says, and the grey <see cref="Preprocessing.Pad"/> where the tile
    /// reaches over the picture's edge. Tiles of the plan of the call before allocate nothing.
    /// </summary>
    /// <param name="picture">The picture, of the plan's size.</param>
    /// <param name="plan">The tiles, each as large as the input.</param>
    /// <param name="tile">Number of the tile.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for INT8.</exception>
    /// <exception cref="ArgumentException">The output or the picture's data is too short, the picture is of another size, or it is a JPEG.</exception>
    public ImageMapping ToFloatNhwc(RawPicture picture, TilePlan plan, int tile, Span<float> output) => Write(picture, FitterOf(plan, tile), _floats, output);

    /// <summary>Writes a tile of a picture as interleaved INT8; see <see cref="ToFloatNhwc(RawPicture, TilePlan, int, Span{float})"/>.</summary>
    /// <param name="picture">The picture, of the plan's size.</param>
    /// <param name="plan">The tiles, each as large as the input.</param>
    /// <param name="tile">Number of the tile.</param>
    /// <param name="output">height x width x 3 values.</param>
    /// <returns>Where the picture lies in the input.</returns>
    /// <exception cref="InvalidOperationException">It was made for float.</exception>
    /// <exception cref="ArgumentException">The output or the picture's data is too short, the picture is of another size, or it is a JPEG.</exception>
    public ImageMapping ToInt8Nhwc(RawPicture picture, TilePlan plan, int tile, Span<sbyte> output) => Write(picture, FitterOf(plan, tile), _codes, output);

    private ImageMapping Write<T>(RawPicture picture, T[] table, Span<T> output) where T : unmanaged
    {
        if (_fitter is null || !_fitter.Takes(picture.Width, picture.Height)) _fitter = new RowFitter(picture.Width, picture.Height, _preprocessing);
        return Write(picture, _fitter, table, output);
    }

    private ImageMapping Write<T>(RawPicture picture, RowFitter fitter, T[] table, Span<T> output) where T : unmanaged
    {
        if (table.Length == 0) throw new InvalidOperationException("this preprocessor was made for another type of input");
        int needed = _preprocessing.Width * _preprocessing.Height * Channels;
        if (output.Length < needed) throw new ArgumentException($"room for {output.Length} values where {needed} are written", nameof(output));
        if (!fitter.Takes(picture.Width, picture.Height)) throw new ArgumentException($"a picture of {picture.Width}x{picture.Height} is not of the plan's size", nameof(picture));
        fitter.Write(picture, table, output);
        return fitter.Mapping;
    }

    private RowFitter FitterOf(TilePlan plan, int tile)
    {
        if (_plan != plan)
        {
            _tiles = new RowFitter[plan.Tiles.Count];
            for (int i = 0; i < _tiles.Length; i++) _tiles[i] = new RowFitter(plan.Width, plan.Height, _preprocessing, new FitPlacement(plan.Width, plan.Height, -plan.Tiles[i].X, -plan.Tiles[i].Y));
            _plan = plan;
        }
        return _tiles[tile];
    }
}
