using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Imaging;

/// <summary>
/// Takes a camera's picture to a model's input in one pass over its rows: each is converted and narrowed, as many as an output row needs are kept, and the output row goes through the
/// table to its place. Only what the input shows is looked at. The same values as <see cref="PixelConversion"/>, <see cref="Fitting"/> and <see cref="Preprocess"/> one after the other,
/// to the bit. Nothing is allocated after the first picture.
/// </summary>
internal sealed class RowFitter
{
    private const int Channels = 3;
    private const int Levels = 256;

    private readonly Preprocessing _preprocessing;
    private readonly int _width;
    private readonly int _height;
    private readonly int _left;
    private readonly int _top;
    private readonly ResampleTaps _columns;
    private readonly ResampleTaps _rows;
    private readonly int _firstColumn;
    private readonly int _firstRow;
    private readonly int _inputColumns;
    private readonly byte[] _rgbx;
    private readonly byte[] _narrowed;
    private readonly int[] _offsets;
    private readonly byte[] _fitted;

    /// <exception cref="ImageException">As <see cref="Fitting.Apply"/>.</exception>
    internal RowFitter(int width, int height, Preprocessing preprocessing)
        : this(width, height, preprocessing, FitPlacement.Of(width, height, preprocessing))
    {
    }

    /// <exception cref="ImageException">The placement is empty or too large.</exception>
    internal RowFitter(int width, int height, Preprocessing preprocessing, FitPlacement placement)
    {
        (_preprocessing, _width, _height) = (preprocessing, width, height);
        Frame.CheckSize(placement.Width, placement.Height);
        Mapping = placement.MappingOf(width, height);
        (_left, _top) = (Math.Max(placement.X, 0), Math.Max(placement.Y, 0));
        int columns = Math.Min(placement.Width + Math.Min(placement.X, 0), preprocessing.Width), rows = Math.Min(placement.Height + Math.Min(placement.Y, 0), preprocessing.Height);
        // Two pixels share their chroma.
        _columns = TriangleWeights.Even(width, placement.Width, Math.Max(-placement.X, 0), columns, align: 2, out _firstColumn);
        _rows = TriangleWeights.Even(height, placement.Height, Math.Max(-placement.Y, 0), rows, align: 1, out _firstRow);
        _inputColumns = Math.Min(_columns.InputSize + (_columns.InputSize & 1), width - _firstColumn);
        _rgbx = new byte[(4 * _inputColumns) + PixelRows.Slack];
        _narrowed = new byte[_rows.Length * RowBytes];
        _offsets = new int[_rows.Length];
        _fitted = new byte[RowBytes];
    }

    /// <summary>Where a picture lies in the input.</summary>
    internal ImageMapping Mapping { get; }

    private int RowBytes => (_columns.Count * Channels) + PixelRows.Slack;

    /// <summary>Whether it takes pictures of this size.</summary>
    internal bool Takes(int width, int height) => width == _width && height == _height;

    /// <summary>Writes the input, height x width x 3.</summary>
    internal void Write<T>(RawPicture picture, T[] table, Span<T> output) where T : unmanaged
    {
        picture.Check();
        Pad(table, output);
        int following = 0;
        for (int y = 0; y < _rows.Count; y++)
        {
            int start = _rows.StartOf(y);
            for (following = Math.Max(following, start); following < start + _rows.Length; following++)
            {
                Convert(picture, _firstRow + following);
                PixelRows.Along(_rgbx, _columns, _narrowed.AsSpan(following % _rows.Length * RowBytes, RowBytes));
            }
            for (int k = 0; k < _offsets.Length; k++) _offsets[k] = (start + k) % _rows.Length * RowBytes;
            PixelRows.Across(_narrowed, _offsets, _rows.WeightsOf(y), _columns.Count * Channels, _fitted);
            Span<T> place = output.Slice((((_top + y) * _preprocessing.Width) + _left) * Channels, _columns.Count * Channels);
            PixelRows.Lookup(_fitted, table, _preprocessing.Color == ColorOrder.Bgr, place);
        }
    }

    private void Convert(RawPicture picture, int y)
    {
        int x = _firstColumn, count = _inputColumns, stride = picture.Stride, half = (stride + 1) / 2;
        ReadOnlySpan<byte> row = picture.Data.Slice(y * stride, RawPicture.MinStride(picture.Format, _width)), chroma = picture.Data[(stride * _height)..];
        ref readonly YuvCoefficients matrix = ref PixelConversion.CoefficientsOf(picture.Matrix);
        switch (picture.Format)
        {
            case PixelFormat.Rgb24: PixelRows.FromRgb(row[(3 * x)..], count, _rgbx); return;
            case PixelFormat.Grey: PixelRows.FromGrey(row[x..], count, matrix, _rgbx); return;
            case PixelFormat.Yuyv: PixelRows.FromYuyv(row[(2 * x)..], count, matrix, _rgbx); return;
            case PixelFormat.Nv12: PixelRows.FromSemiPlanar(row[x.._width], chroma.Slice((y / 2 * stride) + x, row.Length - x), count, matrix, _rgbx); return;
            case PixelFormat.I444:
                PixelRows.FromPlanes(row[x..], chroma.Slice((y * stride) + x, count), chroma.Slice(((_height + y) * stride) + x, count), isHalf: false, count, matrix, _rgbx);
                return;
            case PixelFormat.I420 or PixelFormat.I422:
                (int planeRow, int planeRows) = picture.Format == PixelFormat.I420 ? (y / 2, (_height + 1) / 2) : (y, _height);
                int at = (planeRow * half) + (x / 2), samples = (count + 1) / 2;
                PixelRows.FromPlanes(row[x..], chroma.Slice(at, samples), chroma.Slice((planeRows * half) + at, samples), isHalf: true, count, matrix, _rgbx);
                return;
            default: throw new ArgumentException($"pictures of {picture.Format} are decoded first", nameof(picture));
        }
    }

    /// <summary>The grey around the picture. It is written every time: a model may use the memory of its input for something else once it has read it.</summary>
    private void Pad<T>(T[] table, Span<T> output) where T : unmanaged
    {
        int row = _preprocessing.Width * Channels, above = _top * row, end = (_top + _rows.Count) * row;
        Fill(table, output[..above]);
        Fill(table, output[end..(_preprocessing.Height * row)]);
        if (_columns.Count == _preprocessing.Width) return;
        int before = _left * Channels, after = (_left + _columns.Count) * Channels;
        for (Span<T> rest = output[above..end]; !rest.IsEmpty; rest = rest[row..])
        {
            Fill(table, rest[..before]);
            Fill(table, rest[after..row]);
        }
    }

    private void Fill<T>(T[] table, Span<T> pixels) where T : unmanaged
    {
        for (int i = 0; i < pixels.Length; i++) pixels[i] = table[(i % Channels * Levels) + _preprocessing.Pad];
    }
}
