using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary>Room for a camera's JPEG when it is decoded, used again for pictures of its size.</summary>
internal sealed class JpegRoom
{
    private Frame? _frame;

    /// <summary>The picture, decoded where it is a JPEG; valid until the next.</summary>
    /// <exception cref="ImageException">It is malformed.</exception>
    public RawPicture Decoded(RawPicture picture)
    {
        if (picture.Format != PixelFormat.Jpeg) return picture;
        if (_frame is null || _frame.Width != picture.Width || _frame.Height != picture.Height) _frame = new Frame(picture.Width, picture.Height);
        PixelConversion.ToRgb(picture, _frame);
        return _frame.Raw;
    }
}
