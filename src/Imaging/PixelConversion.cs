using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Imaging;

/// <summary>
/// Camera pictures to RGB. With luma y and chroma u, v scaled to 0..1 and -0.5..0.5: R = y + 2 (1 - Kr) v, B = y + 2 (1 - Kb) u and
/// G = y - 2 Kb (1 - Kb) / Kg u - 2 Kr (1 - Kr) / Kg v (ITU-R BT.601 and BT.709), rounded to the nearest level and clamped. A chroma sample counts for all the pixels it
/// stands for; it is not interpolated. The arithmetic is 20-bit fixed point, whose error is below a thousandth of a level. Nothing is allocated.
/// </summary>
public static class PixelConversion
{
    private static readonly YuvCoefficients[] Matrices =
    [
        CoefficientsOf(0.299, 0.114, isLimited: true), CoefficientsOf(0.299, 0.114, isLimited: false),
        CoefficientsOf(0.2126, 0.0722, isLimited: true), CoefficientsOf(0.2126, 0.0722, isLimited: false),
    ];

    /// <summary>Converts a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="frame">Where it goes; of the picture's size.</param>
    /// <exception cref="ArgumentException">The frame has another size, the stride or the data is too short, or the width of a YUYV picture is odd.</exception>
    /// <exception cref="ImageException">A JPEG is malformed or of another size.</exception>
    public static void ToRgb(RawPicture picture, Frame frame)
    {
        if (frame.Width != picture.Width || frame.Height != picture.Height)
            throw new ArgumentException($"a {frame.Width}x{frame.Height} frame for a picture of {picture.Width}x{picture.Height}", nameof(frame));
        if (picture.Format == PixelFormat.Jpeg)
        {
            ImageCodecs.DecodeJpeg(picture.Data, frame);
            return;
        }
        picture.Check();
        for (int y = 0; y < picture.Height; y++) ConvertRow(picture, y, frame.Row(y));
    }

    /// <summary>The fixed-point form of a matrix.</summary>
    internal static ref readonly YuvCoefficients CoefficientsOf(YuvMatrix matrix) => ref Matrices[(int)matrix];

    private static void ConvertRow(RawPicture picture, int y, Span<byte> rgb)
    {
        int width = picture.Width, stride = picture.Stride, half = (stride + 1) / 2;
        ReadOnlySpan<byte> data = picture.Data, row = data.Slice(y * stride, RawPicture.MinStride(picture.Format, width));
        ReadOnlySpan<byte> chroma = data[(stride * picture.Height)..];
        YuvCoefficients matrix = CoefficientsOf(picture.Matrix);
        int planeRow, planeRows;
        switch (picture.Format)
        {
            case PixelFormat.Rgb24:
                row.CopyTo(rgb);
                return;
            case PixelFormat.Grey:
                for (int x = 0; x < width; x++) rgb.Slice(x * 3, 3).Fill(Grey(row[x], matrix));
                return;
            case PixelFormat.Yuyv:
                Pairs(row, yStep: 2, row[1..], row[3..], chromaStep: 4, matrix, rgb);
                return;
            case PixelFormat.Nv12:
                ReadOnlySpan<byte> uv = chroma.Slice(y / 2 * stride, row.Length);
                Pairs(row[..width], yStep: 1, uv, uv[1..], chromaStep: 2, matrix, rgb);
                return;
            case PixelFormat.I444:
                Triples(row, chroma.Slice(y * stride, width), chroma.Slice((picture.Height + y) * stride, width), matrix, rgb);
                return;
            default:
                (planeRow, planeRows) = picture.Format == PixelFormat.I420 ? (y / 2, (picture.Height + 1) / 2) : (y, picture.Height);
                int samples = (width + 1) / 2;
                Pairs(row, yStep: 1, chroma.Slice(planeRow * half, samples), chroma.Slice((planeRows + planeRow) * half, samples), chromaStep: 1, matrix, rgb);
                return;
        }
    }

    /// <summary>A row whose chroma samples each stand for two pixels.</summary>
    private static void Pairs(ReadOnlySpan<byte> luma, int yStep, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, int chromaStep, in YuvCoefficients matrix, Span<byte> rgb)
    {
        for (int i = 0, c = 0, o = 0; o < rgb.Length; i += 2 * yStep, c += chromaStep, o += 6)
        {
            Chroma(u[c], v[c], matrix, out int red, out int green, out int blue);
            Write(luma[i], matrix, red, green, blue, rgb.Slice(o, 3));
            if (o + 3 < rgb.Length) Write(luma[i + yStep], matrix, red, green, blue, rgb.Slice(o + 3, 3));
        }
    }

    private static void Triples(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, in YuvCoefficients matrix, Span<byte> rgb)
    {
        for (int x = 0; x < luma.Length; x++)
        {
            Chroma(u[x], v[x], matrix, out int red, out int green, out int blue);
            Write(luma[x], matrix, red, green, blue, rgb.Slice(x * 3, 3));
        }
    }

    private static YuvCoefficients CoefficientsOf(double kr, double kb, bool isLimited)
    {
        double luma = isLimited ? 255.0 / 219 : 1, chroma = isLimited ? 255.0 / 224 : 1, kg = 1 - kr - kb;
        return new YuvCoefficients(Fixed(luma), isLimited ? 16 : 0, Fixed(chroma * 2 * (1 - kr)), Fixed(chroma * -2 * kb * (1 - kb) / kg),
            Fixed(chroma * -2 * kr * (1 - kr) / kg), Fixed(chroma * 2 * (1 - kb)));
    }

    private static int Fixed(double value) => (int)Math.Round(value * (1 << YuvCoefficients.FractionBits));

    private static byte Grey(byte luma, in YuvCoefficients matrix) => ToByte((matrix.Luma * (luma - matrix.Black)) + YuvCoefficients.Half);

    /// <summary>What chroma adds to each colour, with the half that rounds.</summary>
    private static void Chroma(byte u, byte v, in YuvCoefficients matrix, out int red, out int green, out int blue)
    {
        int du = u - 128, dv = v - 128;
        red = (matrix.RedOfV * dv) + YuvCoefficients.Half;
        green = (matrix.GreenOfU * du) + (matrix.GreenOfV * dv) + YuvCoefficients.Half;
        blue = (matrix.BlueOfU * du) + YuvCoefficients.Half;
    }

    private static void Write(byte luma, in YuvCoefficients matrix, int red, int green, int blue, Span<byte> rgb)
    {
        int level = matrix.Luma * (luma - matrix.Black);
        rgb[2] = ToByte(level + blue);
        rgb[1] = ToByte(level + green);
        rgb[0] = ToByte(level + red);
    }

    private static byte ToByte(int level) => (byte)Math.Clamp(level >> YuvCoefficients.FractionBits, 0, 255);
}
