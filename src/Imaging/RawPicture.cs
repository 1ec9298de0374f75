namespace EdgeKit.Imaging;

/// <summary>A picture as a camera delivered it: a view of memory that belongs to someone else.</summary>
/// <param name="format">How the pixels lie in memory.</param>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
/// <param name="stride">Bytes from one row to the next, of the first plane. The U and V planes of I420 and I422 take (stride + 1) / 2, those of NV12 and I444 take stride.</param>
/// <param name="matrix">What luma and chroma mean.</param>
/// <param name="data">The bytes: at least <see cref="ByteCount"/>.</param>
public readonly ref struct RawPicture(PixelFormat format, int width, int height, int stride, YuvMatrix matrix, ReadOnlySpan<byte> data)
{
    /// <summary>How the pixels lie in memory.</summary>
    public PixelFormat Format { get; } = format;

    /// <summary>Width in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Height in pixels.</summary>
    public int Height { get; } = height;

    /// <summary>Bytes from one row to the next, of the first plane; without meaning for JPEG.</summary>
    public int Stride { get; } = stride;

    /// <summary>What luma and chroma mean.</summary>
    public YuvMatrix Matrix { get; } = matrix;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>The smallest stride: rows without padding; 0 for JPEG.</summary>
    /// <param name="format">The format.</param>
    /// <param name="width">Width in pixels.</param>
    public static int MinStride(PixelFormat format, int width) => format switch
    {
        PixelFormat.Rgb24 => checked(width * 3),
        PixelFormat.Yuyv => checked(width * 2),
        PixelFormat.Nv12 => checked(width + (width & 1)),
        PixelFormat.Jpeg => 0,
        _ => width,
    };

    /// <summary>Bytes of a whole picture with all its planes; 0 for JPEG, whose size varies.</summary>
    /// <param name="format">The format.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    public static int ByteCount(PixelFormat format, int height, int stride)
    {
        int half = (stride + 1) / 2, halfHeight = (height + 1) / 2;
        return format switch
        {
            PixelFormat.Nv12 => checked(stride * (height + halfHeight)),
            PixelFormat.I420 => checked((stride * height) + (2 * half * halfHeight)),
            PixelFormat.I422 => checked((stride * height) + (2 * half * height)),
            PixelFormat.I444 => checked(3 * stride * height),
            PixelFormat.Jpeg => 0,
            _ => checked(stride * height),
        };
    }

    /// <summary>Makes sure that all of the picture is there.</summary>
    /// <exception cref="ArgumentException">The stride or the data is too short, or the width of a YUYV picture is odd.</exception>
    internal void Check()
    {
        if (Format == PixelFormat.Yuyv && Width % 2 != 0)
            throw new ArgumentException($"a YUYV picture has an even width, not {Width}");
        if (Stride < MinStride(Format, Width))
            throw new ArgumentException($"rows of {Stride} bytes for {Width} pixels of {Format}");
        int bytes = ByteCount(Format, Height, Stride);
        if (Data.Length < bytes)
            throw new ArgumentException($"{Data.Length} bytes given, a {Width}x{Height} {Format} picture takes {bytes}");
    }
}
