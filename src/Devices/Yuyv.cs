using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>The pixel format YUYV (YUY2) that nearly every V4L2 camera offers: Y0 U Y1 V for each two pixels of a row.</summary>
public static class Yuyv
{
    /// <summary>Bytes of a picture whose rows are not padded; the width is even.</summary>
    public static int ByteCount(int width, int height) => checked(width * height * 2);

    /// <summary>
    /// Converts to RGB by ITU-R BT.601 with 16..235 luma, in 8-bit fixed point: R = 1.164 (Y-16) + 1.596 (V-128) and so on.
    /// </summary>
    /// <param name="source">At least <see cref="ByteCount"/> bytes.</param>
    /// <param name="frame">Where the picture goes; its size is the picture's.</param>
    /// <exception cref="ArgumentException">The width is odd, or <paramref name="source"/> is too short.</exception>
    public static void ToRgb(ReadOnlySpan<byte> source, Frame frame)
    {
        if (frame.Width % 2 != 0) throw new ArgumentException($"a YUYV picture has an even width, not {frame.Width}", nameof(frame));
        int bytes = ByteCount(frame.Width, frame.Height);
        if (source.Length < bytes) throw new ArgumentException($"{source.Length} bytes given, a {frame.Width}x{frame.Height} YUYV picture takes {bytes}", nameof(source));
        Span<byte> rgb = frame.Pixels;
        for (int i = 0, o = 0; i < bytes; i += 4, o += 6)
        {
            int u = source[i + 1] - 128, v = source[i + 3] - 128;
            int red = (409 * v) + 128, green = (-100 * u) - (208 * v) + 128, blue = (516 * u) + 128;
            int first = 298 * (source[i] - 16), second = 298 * (source[i + 2] - 16);
            rgb[o] = Clamp(first + red);
            rgb[o + 1] = Clamp(first + green);
            rgb[o + 2] = Clamp(first + blue);
            rgb[o + 3] = Clamp(second + red);
            rgb[o + 4] = Clamp(second + green);
            rgb[o + 5] = Clamp(second + blue);
        }
    }

    private static byte Clamp(int fixedPoint) => (byte)Math.Clamp(fixedPoint >> 8, 0, 255);
}
