namespace EdgeKit.Imaging;

/// <summary>The size to which <see cref="Fitting"/> resizes a picture, and where in the input it then lies.</summary>
/// <param name="Width">Width of the resized picture.</param>
/// <param name="Height">Height of the resized picture.</param>
/// <param name="X">Column of its left edge; negative when the sides are cut off.</param>
/// <param name="Y">Row of its top edge; negative when top and bottom are cut off.</param>
internal readonly record struct FitPlacement(int Width, int Height, int X, int Y)
{
    internal static FitPlacement Of(int fromWidth, int fromHeight, Preprocessing preprocessing)
    {
        int width = preprocessing.Width;
        int height = preprocessing.Height;
        (int scaledWidth, int scaledHeight) = preprocessing.Fit switch
        {
            Fit.Crop => CropSize(fromWidth, fromHeight, width, height),
            Fit.Letterbox => LetterboxSize(fromWidth, fromHeight, width, height),
            _ => (width, height),
        };
        return preprocessing.Fit == Fit.Letterbox
            ? new FitPlacement(scaledWidth, scaledHeight, (width - scaledWidth) / 2, (height - scaledHeight) / 2)
            : new FitPlacement(scaledWidth, scaledHeight, -((scaledWidth - width) / 2), -((scaledHeight - height) / 2));
    }

    internal ImageMapping MappingOf(int fromWidth, int fromHeight) => new((float)Width / fromWidth, (float)Height / fromHeight, X, Y);

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
