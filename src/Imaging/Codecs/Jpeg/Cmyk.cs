namespace EdgeKit.Imaging;

/// <summary>Naive CMYK to RGB, without colour profiles: R = (255 - C)(255 - K)/255, and so on.</summary>
internal static class Cmyk
{
    /// <summary>Converts interleaved C M Y K samples; Adobe's writers store them inverted (255 is no ink).</summary>
    internal static void ToRgb(ReadOnlySpan<byte> cmyk, bool inverted, Span<byte> rgb)
    {
        int flip = inverted ? 0 : 255;
        for (int s = 0, d = 0; d < rgb.Length; s += 4, d += 3)
        {
            int k = cmyk[s + 3] ^ flip;
            for (int c = 0; c < 3; c++)
                rgb[d + c] = (byte)(((cmyk[s + c] ^ flip) * k + 127) / 255);
        }
    }
}
