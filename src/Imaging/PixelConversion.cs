namespace EdgeKit.Imaging;

/// <summary>
/// Camera pictures to RGB. With luma y and chroma u, v scaled to 0..1 and -0.5..0.5: R = y + 2 (1 - Kr) v, B = y + 2 (1 - Kb) u and
/// G = y - 2 Kb (1 - Kb) / Kg u - 2 Kr (1 - Kr) / Kg v (ITU-R BT.601 and BT.709), rounded to the nearest level and clamped. A chroma sample counts for all the pixels it
/// stands for; it is not interpolated. The arithmetic is 20-bit fixed point, whose error is below a thousandth of a level. Nothing is allocated.
/// </summary>
public static class PixelConversion
{
    private const int FractionBits = 20;

    private static readonly Coefficients[] Matrices =
    [
        Coefficients.Of(0.299, 0.114, isLimited: true), Coefficients.Of(0.299, 0.114, isLimited: false),
        Coefficients.Of(0.2126, 0.0722, isLimited: true), Coefficients.Of(0.2126, 0.0722, isLimited: false),
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
        if (picture.Format == PixelFormat.Yuyv && picture.Width % 2 != 0)
            throw new ArgumentException($"a YUYV picture has an even width, not {picture.Width}", nameof(picture));
        if (picture.Stride < RawPicture.MinStride(picture.Format, picture.Width))
            throw new ArgumentException($"rows of {picture.Stride} bytes for {picture.Width} pixels of {picture.Format}", nameof(picture));
        int bytes = RawPicture.ByteCount(picture.Format, picture.Height, picture.Stride);
        if (picture.Data.Length < bytes)
            throw new ArgumentException($"{picture.Data.Length} bytes given, a {picture.Width}x{picture.Height} {picture.Format} picture takes {bytes}", nameof(picture));
        for (int y = 0; y < picture.Height; y++) ConvertRow(picture, y, frame.Row(y));
    }

    private static void ConvertRow(RawPicture picture, int y, Span<byte> rgb)
    {
        int width = picture.Width, stride = picture.Stride, half = (stride + 1) / 2;
        ReadOnlySpan<byte> data = picture.Data, row = data.Slice(y * stride, RawPicture.MinStride(picture.Format, width));
        ReadOnlySpan<byte> chroma = data[(stride * picture.Height)..];
        Coefficients matrix = Matrices[(int)picture.Matrix];
        int planeRow, planeRows;
        switch (picture.Format)
        {
            case PixelFormat.Rgb24:
                row.CopyTo(rgb);
                return;
            case PixelFormat.Grey:
                for (int x = 0; x < width; x++) rgb.Slice(x * 3, 3).Fill(matrix.Grey(row[x]));
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
    private static void Pairs(ReadOnlySpan<byte> luma, int yStep, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, int chromaStep, in Coefficients matrix, Span<byte> rgb)
    {
        for (int i = 0, c = 0, o = 0; o < rgb.Length; i += 2 * yStep, c += chromaStep, o += 6)
        {
            matrix.Chroma(u[c], v[c], out int red, out int green, out int blue);
            matrix.Write(luma[i], red, green, blue, rgb.Slice(o, 3));
            if (o + 3 < rgb.Length) matrix.Write(luma[i + yStep], red, green, blue, rgb.Slice(o + 3, 3));
        }
    }

    private static void Triples(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, in Coefficients matrix, Span<byte> rgb)
    {
        for (int x = 0; x < luma.Length; x++)
        {
            matrix.Chroma(u[x], v[x], out int red, out int green, out int blue);
            matrix.Write(luma[x], red, green, blue, rgb.Slice(x * 3, 3));
        }
    }

    private readonly record struct Coefficients(int Luma, int Black, int RedOfV, int GreenOfU, int GreenOfV, int BlueOfU)
    {
        private const int Half = 1 << (FractionBits - 1);

        public static Coefficients Of(double kr, double kb, bool isLimited)
        {
            double luma = isLimited ? 255.0 / 219 : 1, chroma = isLimited ? 255.0 / 224 : 1, kg = 1 - kr - kb;
            return new Coefficients(Fixed(luma), isLimited ? 16 : 0, Fixed(chroma * 2 * (1 - kr)), Fixed(chroma * -2 * kb * (1 - kb) / kg),
                Fixed(chroma * -2 * kr * (1 - kr) / kg), Fixed(chroma * 2 * (1 - kb)));
        }

        public byte Grey(byte luma) => ToByte((Luma * (luma - Black)) + Half);

        /// <summary>What chroma adds to each colour, with the half that rounds.</summary>
        public void Chroma(byte u, byte v, out int red, out int green, out int blue)
        {
            int du = u - 128, dv = v - 128;
            red = (RedOfV * dv) + Half;
            green = (GreenOfU * du) + (GreenOfV * dv) + Half;
            blue = (BlueOfU * du) + Half;
        }

        public void Write(byte luma, int red, int green, int blue, Span<byte> rgb)
        {
            int level = Luma * (luma - Black);
            rgb[2] = ToByte(level + blue);
            rgb[1] = ToByte(level + green);
            rgb[0] = ToByte(level + red);
        }

        private static int Fixed(double value) => (int)Math.Round(value * (1 << FractionBits));

        private static byte ToByte(int level) => (byte)Math.Clamp(level >> FractionBits, 0, 255);
    }
}
