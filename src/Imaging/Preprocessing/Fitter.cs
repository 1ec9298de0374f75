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
        int width = preprocessing.Width;
        int height = preprocessing.Height;
        (int scaledWidth, int scaledHeight) = preprocessing.Fit switch
        {
            Fit.Crop => CropSize(fromWidth, fromHeight, width, height),
            Fit.Letterbox => LetterboxSize(fromWidth, fromHeight, width, height),
            _ => (width, height),
        };
        bool letterbox = preprocessing.Fit == Fit.Letterbox;
        _x = letterbox ? (width - scaledWidth) / 2 : -((scaledWidth - width) / 2);
        _y = letterbox ? (height - scaledHeight) / 2 : -((scaledHeight - height) / 2);
        Mapping = new ImageMapping((float)scaledWidth / fromWidth, (float)scaledHeight / fromHeight, _x, _y);
        _resizer = new Resizer(fromWidth, fromHeight, scaledWidth, scaledHeight);
        (Width, Height) = (fromWidth, fromHeight);
        if (scaledWidth == width && scaledHeight == height) return;
        _result = new Frame(width, height);
        if (letterbox) _result.Pixels.AsSpan().Fill(preprocessing.Pad);
    }

    /// <summary>Width of the pictures it takes.</summary>
    internal int Width { get; }

    /// <summary>Height of the pictures it takes.</summary>
    internal int Height { get; }

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

    private static (int Width, int Height) CropSize(int fromWidth, int fromHeight, int width, int height)
    {
        // 0.875 = 7/8 keeps all of this in exact integers.
        bool widthIsTight = (long)fromWidth * height <= (long)fromHeight * width;
        int side = widthIsTight ? fromWidth : fromHeight;
        int target = widthIsTight ? width : height;
        if (side * 7L > target * 8L)
            target = target * 8 / 7;
        else if (side >= target)
            return (fromWidth, fromHeight);
        return widthIsTight
            ? (target, Scaled(fromHeight, target, fromWidth))
            : (Scaled(fromWidth, target, fromHeight), target);
    }

    private static int Scaled(int side, int numerator, int denominator) => (int)Math.Min(int.MaxValue, (long)side * numerator / denominator);

    private static (int Width, int Height) LetterboxSize(int fromWidth, int fromHeight, int width, int height)
    {
        bool fullWidth = (long)fromWidth * height >= (long)fromHeight * width;
        return fullWidth
            ? (width, (int)Math.Clamp(Math.Round((double)fromHeight * width / fromWidth), 1, height))
            : ((int)Math.Clamp(Math.Round((double)fromWidth * height / fromHeight), 1, width), height);
    }
}
