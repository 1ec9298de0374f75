using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>Form of the pictures of a source.</summary>
/// <param name="Format">How the pixels lie in memory.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Stride">Bytes from one row to the next.</param>
/// <param name="Matrix">What luma and chroma mean.</param>
public readonly record struct FrameLayout(PixelFormat Format, int Width, int Height, int Stride, YuvMatrix Matrix)
{
    /// <summary>Rows without padding, colours by BT.601 limited.</summary>
    public static FrameLayout Packed(PixelFormat format, int width, int height) => new(format, width, height, RawPicture.MinStride(format, width), YuvMatrix.Bt601Limited);

    /// <summary>Bytes of a picture; 0 for JPEG.</summary>
    public int ByteCount => RawPicture.ByteCount(Format, Height, Stride);
}
