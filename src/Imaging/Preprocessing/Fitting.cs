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
        var fitter = new Fitter(frame.Width, frame.Height, preprocessing);
        mapping = fitter.Mapping;
        return fitter.Apply(frame);
    }
}
