namespace EdgeKit.Imaging;

/// <summary>A picture in memory: interleaved 8-bit RGB, rows from top to bottom, without padding between rows.</summary>
public sealed class Frame
{
    /// <summary>The largest picture that is decoded, in pixels: a guard against files that claim far more than they hold.</summary>
    public const int MaxPixels = 100_000_000;

    /// <summary>Creates a black picture.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <exception cref="ImageException">A side is less than 1, or there are more than <see cref="MaxPixels"/> pixels.</exception>
    public Frame(int width, int height)
    {
        CheckSize(width, height);
        Width = width;
        Height = height;
        Pixels = new byte[width * height * 3];
    }

    /// <summary>Wraps existing pixels, without a copy.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Exactly height x width x 3 bytes, R G B.</param>
    /// <exception cref="ImageException">A side is less than 1, or there are more than <see cref="MaxPixels"/> pixels.</exception>
    /// <exception cref="ArgumentException">The array's length is not height x width x 3.</exception>
    public Frame(int width, int height, byte[] pixels)
    {
        CheckSize(width, height);
        if (pixels.Length != width * height * 3)
            throw new ArgumentException($"{pixels.Length} bytes given for {width}x{height} RGB pixels", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, height x width x 3 bytes, R G B.</summary>
    public byte[] Pixels { get; }

    /// <summary>The picture in the form of a camera's.</summary>
    public RawPicture Raw => new(PixelFormat.Rgb24, Width, Height, Width * 3, default, Pixels);

    /// <summary>One row of pixels.</summary>
    /// <param name="y">Row, 0 at the top.</param>
    /// <returns>width x 3 bytes.</returns>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>Copies a rectangle that lies within the picture.</summary>
    /// <param name="x">Left column.</param>
    /// <param name="y">Top row.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>The new picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is not within the picture.</exception>
    public Frame Crop(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - y);
        Frame result = new(width, height);
        for (int row = 0; row < height; row++)
            Row(y + row).Slice(x * 3, width * 3).CopyTo(result.Row(row));
        return result;
    }

    internal static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
            throw new ImageException($"a picture of {width}x{height} pixels");
        if (width > MaxPixels || height > MaxPixels || width * height > MaxPixels)
            throw new ImageException($"{width}x{height} pixels are more than the {MaxPixels / 1_000_000} million that are decoded");
    }
}
