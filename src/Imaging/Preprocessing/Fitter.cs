namespace EdgeKit.Imaging;

/// <summary>Fits pictures of one size, as <see cref="Fitting"/> says, in memory that it keeps: the second picture allocates nothing.</summary>
internal sealed class Fitter
{
    private readonly Resizer _resizer;
    private readonly Frame? _result;
    private readonly int _x;
    private readonly int _y;

    /// <exception cref="ImageException">As <see cref="Fitting.Apply"/>.</exception>
    internal Fitter(int fromWidth, int fromHeight, Preprocessing preprocessing)
    {
        var placement = FitPlacement.Of(fromWidth, fromHeight, preprocessing);
        (_x, _y) = (placement.X, placement.Y);
        Mapping = placement.MappingOf(fromWidth, fromHeight);
        _resizer = new Resizer(fromWidth, fromHeight, placement.Width, placement.Height);
        if (placement.Width == preprocessing.Width && placement.Height == preprocessing.Height) return;
        _result = new Frame(preprocessing.Width, preprocessing.Height);
        if (preprocessing.Fit == Fit.Letterbox) _result.Pixels.AsSpan().Fill(preprocessing.Pad);
    }

    /// <summary>Where a picture lies in the result.</summary>
    internal ImageMapping Mapping { get; }

    /// <summary>The fitted picture, valid until the next call; possibly <paramref name="frame"/> itself.</summary>
    internal Frame Apply(Frame frame)
    {
        Frame scaled = _resizer.Apply(frame);
        if (_result is null) return scaled;
        // The padding around a letterboxed picture is never written again; of a crop, each row is cut out of a longer one.
        int fromX = Math.Max(-_x, 0), fromY = Math.Max(-_y, 0), toX = Math.Max(_x, 0), toY = Math.Max(_y, 0);
        int columns = Math.Min(scaled.Width, _result.Width), rows = Math.Min(scaled.Height, _result.Height);
        for (int row = 0; row < rows; row++)
            scaled.Row(fromY + row).Slice(fromX * 3, columns * 3).CopyTo(_result.Row(toY + row)[(toX * 3)..]);
        return _result;
    }
}
