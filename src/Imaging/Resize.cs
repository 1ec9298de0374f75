namespace EdgeKit.Imaging;

/// <summary>Changes the size of a picture.</summary>
public static class Resize
{
    /// <summary>
    /// Resizes with a triangle filter that widens when shrinking, so that no source pixel is skipped (antialias). The arithmetic is that of Pillow's
    /// Image.resize(size, BILINEAR): a horizontal and then a vertical pass, weights normalised in double and rounded to 22-bit fixed point, 8-bit samples in between;
    /// the result is the same to the bit.
    /// </summary>
    /// <param name="frame">The picture.</param>
    /// <param name="width">The new width in pixels.</param>
    /// <param name="height">The new height in pixels.</param>
    /// <returns>The resized picture; the same object when the size is already right.</returns>
    /// <exception cref="ImageException">The new size is empty or too large.</exception>
    public static Frame Bilinear(Frame frame, int width, int height) => new Resizer(frame.Width, frame.Height, width, height).Apply(frame);
}
