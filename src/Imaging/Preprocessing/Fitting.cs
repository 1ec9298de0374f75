namespace EdgeKit.Imaging;

/// <summary>
/// Brings a picture to a model's input size W x H by <see cref="Preprocessing.Fit"/>, with <see cref="Resize.Bilinear"/>:
/// <list type="bullet">
/// <item>stretch: resized to W x H.</item>
/// <item>crop: let the tight axis be the one on which the picture, relative to W x H, is shorter (the short side, for a square input). When the picture is longer there than
/// its target / 0.875, it is resized to floor(target / 0.875) there; when it is shorter than its target, to the target; in both cases the other axis keeps the aspect ratio,
/// rounded down. A picture in between is not resized. Then W x H pixels are cut out of the centre, the odd pixel staying at the right and the bottom.</item>
/// <item>letterbox: resized with its aspect ratio to the largest size within W x H, the free axis rounded to the nearest pixel; centred, the odd pixel of padding at the right
/// or the bottom; the rest filled with the grey <see cref="Preprocessing.Pad"/>.</item>
/// </list>
/// </summary>
public static class Fitting
{
    /// <summary>Fits a picture.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="preprocessing">The input size and the way to reach it.</param>
    /// <param name="mapping">Where the picture lies in the result.</param>
    /// <returns>A picture of the input size, RGB whatever the model's colour order; possibly <paramref name="frame"/> itself.</returns>
    /// <exception cref="ImageException">The picture is so long and thin that resizing it before the crop would exceed <see cref="Frame.MaxPixels"/>.</exception>
    public static Frame Apply(Frame frame, Preprocessing preprocessing, out ImageMapping mapping)
    {
        int width = preprocessing.Width;
        int height = preprocessing.Height;
        (int scaledWidth, int scaledHeight) = preprocessing.Fit switch
        {
            Fit.Crop => CropSize(frame, width, height),
            Fit.Letterbox => LetterboxSize(frame, width, height),
            _ => (width, height),
        };
        bool letterbox = preprocessing.Fit == Fit.Letterbox;
        int x = letterbox ? (width - scaledWidth) / 2 : -((scaledWidth - width) / 2);
        int y = letterbox ? (height - scaledHeight) / 2 : -((scaledHeight - height) / 2);
        mapping = new ImageMapping((float)scaledWidth / frame.Width, (float)scaledHeight / frame.Height, x, y);

        Frame scaled = Resize.Bilinear(frame, scaledWidth, scaledHeight);
        if (scaledWidth == width && scaledHeight == height)
            return scaled;
        return letterbox ? Padded(scaled, preprocessing, x, y) : scaled.Crop(-x, -y, width, height);
    }

    private static (int Width, int Height) CropSize(Frame frame, int width, int height)
    {
        // 0.875 = 7/8 keeps all of this in exact integers.
        bool widthIsTight = (long)frame.Width * height <= (long)frame.Height * width;
        int side = widthIsTight ? frame.Width : frame.Height;
        int target = widthIsTight ? width : height;
        if (side * 7L > target * 8L)
            target = target * 8 / 7;
        else if (side >= target)
            return (frame.Width, frame.Height);
        return widthIsTight
            ? (target, Scaled(frame.Height, target, frame.Width))
            : (Scaled(frame.Width, target, frame.Height), target);
    }

    private static int Scaled(int side, int numerator, int denominator) => (int)Math.Min(int.MaxValue, (long)side * numerator / denominator);

    private static (int Width, int Height) LetterboxSize(Frame frame, int width, int height)
    {
        bool fullWidth = (long)frame.Width * height >= (long)frame.Height * width;
        return fullWidth
            ? (width, (int)Math.Clamp(Math.Round((double)frame.Height * width / frame.Width), 1, height))
            : ((int)Math.Clamp(Math.Round((double)frame.Width * height / frame.Height), 1, width), height);
    }

    private static Frame Padded(Frame scaled, Preprocessing preprocessing, int x, int y)
    {
        Frame result = new(preprocessing.Width, preprocessing.Height);
        result.Pixels.AsSpan().Fill(preprocessing.Pad);
        for (int row = 0; row < scaled.Height; row++)
            scaled.Row(row).CopyTo(result.Row(y + row)[(x * 3)..]);
        return result;
    }
}
