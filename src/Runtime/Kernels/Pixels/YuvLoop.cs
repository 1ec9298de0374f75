using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>
/// Luma and chroma to RGBX, eight pixels at a time; the fourth byte of a pixel is 0.
/// </summary>
internal static unsafe class YuvLoop<T> where T : struct, IPixelLanes
{
    /// <summary>Pixels of a step. So many are written even where fewer are left.</summary>
    public const int Step = 8;

    private const int ChromaZero = 128;

    /// <summary>Y0 U Y1 V for each two pixels.</summary>
    public static void Packed(byte* pairs, byte* rgbx, nint width, in YuvCoefficients m)
    {
        nint x = 0;
        for (; x <= width - Step; x += Step) Pairs(Vector128.Load(pairs + (2 * x)), rgbx + (4 * x), m);
        if (x == width) return;
        byte* last = stackalloc byte[2 * Step];
        Unsafe.CopyBlockUnaligned(last, pairs + (2 * x), (uint)(2 * (width - x)));
        Pairs(Vector128.Load(last), rgbx + (4 * x), m);
    }

    /// <summary>A row of luma and one of U V for each two pixels.</summary>
    public static void SemiPlanar(byte* luma, byte* chroma, byte* rgbx, nint width, in YuvCoefficients m)
    {
        nint x = 0;
        for (; x <= width - Step; x += Step) Shared(Eight(luma + x), Eight(chroma + x).AsInt32(), rgbx + (4 * x), m);
        if (x == width) return;
        byte* last = stackalloc byte[2 * Step];
        Unsafe.CopyBlockUnaligned(last, luma + x, (uint)(width - x));
        Unsafe.CopyBlockUnaligned(last + Step, chroma + x, (uint)((width - x + 1) & ~1));
        Shared(Eight(last), Eight(last + Step).AsInt32(), rgbx + (4 * x), m);
    }

    /// <summary>Rows of Y, U and V; a U and a V for each two pixels.</summary>
    public static void HalfChroma(byte* luma, byte* u, byte* v, byte* rgbx, nint width, in YuvCoefficients m)
    {
        nint x = 0;
        for (; x <= width - Step; x += Step) Shared(Eight(luma + x), T.Widen(u + (x / 2)), T.Widen(v + (x / 2)), rgbx + (4 * x), m);
        if (x == width) return;
        byte* last = stackalloc byte[2 * Step];
        uint left = (uint)(width - x), half = (left + 1) / 2;
        Unsafe.CopyBlockUnaligned(last, luma + x, left);
        Unsafe.CopyBlockUnaligned(last + Step, u + (x / 2), half);
        Unsafe.CopyBlockUnaligned(last + Step + 4, v + (x / 2), half);
        Shared(Eight(last), T.Widen(last + Step), T.Widen(last + Step + 4), rgbx + (4 * x), m);
    }

    /// <summary>Rows of Y, U and V of one length.</summary>
    public static void FullChroma(byte* luma, byte* u, byte* v, byte* rgbx, nint width, in YuvCoefficients m)
    {
        nint x = 0;
        for (; x <= width - Step; x += Step) Own(Eight(luma + x), Eight(u + x), Eight(v + x), rgbx + (4 * x), m);
        if (x == width) return;
        byte* last = stackalloc byte[3 * Step];
        uint left = (uint)(width - x);
        Unsafe.CopyBlockUnaligned(last, luma + x, left);
        Unsafe.CopyBlockUnaligned(last + Step, u + x, left);
        Unsafe.CopyBlockUnaligned(last + (2 * Step), v + x, left);
        Own(Eight(last), Eight(last + Step), Eight(last + (2 * Step)), rgbx + (4 * x), m);
    }

    /// <summary>A row of luma alone.</summary>
    public static void Grey(byte* luma, byte* rgbx, nint width, in YuvCoefficients m)
    {
        Vector128<int> none = Vector128.Create(ChromaZero);
        nint x = 0;
        for (; x <= width - Step; x += Step) Shared(Eight(luma + x), none, none, rgbx + (4 * x), m);
        if (x == width) return;
        byte* last = stackalloc byte[Step];
        Unsafe.CopyBlockUnaligned(last, luma + x, (uint)(width - x));
        Shared(Eight(last), none, none, rgbx + (4 * x), m);
    }

    /// <summary>R G B for each pixel.</summary>
    public static void Rgb(byte* rgb, byte* rgbx, nint width)
    {
        // Four bytes of three are read, but for the last pixel.
        for (nint x = 0; x < width - 1; x++) *(uint*)(rgbx + (4 * x)) = *(uint*)(rgb + (3 * x)) & 0xFFFFFF;
        if (width > 0) *(uint*)(rgbx + (4 * (width - 1))) = rgb[3 * (width - 1)] | ((uint)rgb[(3 * width) - 2] << 8) | ((uint)rgb[(3 * width) - 1] << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Eight(byte* samples) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)samples).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pairs(Vector128<byte> pairs, byte* rgbx, in YuvCoefficients m) =>
        Shared(pairs.AsUInt16() & Vector128.Create((ushort)255), (pairs.AsUInt16() >>> 8).AsInt32(), rgbx, m);

    /// <summary>Chroma for each two pixels, u in the lower half of each of four numbers, v in the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shared(Vector128<ushort> luma, Vector128<int> chroma, byte* rgbx, in YuvCoefficients m) =>
        Shared(luma, chroma & Vector128.Create(255), chroma >>> 16, rgbx, m);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shared(Vector128<ushort> luma, Vector128<int> u, Vector128<int> v, byte* rgbx, in YuvCoefficients m)
    {
        Chroma(u, v, m, out Vector128<int> red, out Vector128<int> green, out Vector128<int> blue);
        Vector128<int> low = Level(Vector128.WidenLower(luma), m), high = Level(Vector128.WidenUpper(luma), m);
        Store(Colour(low + PixelVector.TwiceLower(red), high + PixelVector.TwiceUpper(red)), Colour(low + PixelVector.TwiceLower(green), high + PixelVector.TwiceUpper(green)),
            Colour(low + PixelVector.TwiceLower(blue), high + PixelVector.TwiceUpper(blue)), rgbx);
    }

    /// <summary>Chroma for each pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Own(Vector128<ushort> luma, Vector128<ushort> u, Vector128<ushort> v, byte* rgbx, in YuvCoefficients m)
    {
        Chroma(Vector128.WidenLower(u).AsInt32(), Vector128.WidenLower(v).AsInt32(), m, out Vector128<int> red0, out Vector128<int> green0, out Vector128<int> blue0);
        Chroma(Vector128.WidenUpper(u).AsInt32(), Vector128.WidenUpper(v).AsInt32(), m, out Vector128<int> red1, out Vector128<int> green1, out Vector128<int> blue1);
        Vector128<int> low = Level(Vector128.WidenLower(luma), m), high = Level(Vector128.WidenUpper(luma), m);
        Store(Colour(low + red0, high + red1), Colour(low + green0, high + green1), Colour(low + blue0, high + blue1), rgbx);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Level(Vector128<uint> luma, in YuvCoefficients m) => T.Multiply(luma.AsInt32() - Vector128.Create(m.Black), Vector128.Create(m.Luma));

    /// <summary>What chroma adds to each colour, with the half that rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chroma(Vector128<int> u, Vector128<int> v, in YuvCoefficients m, out Vector128<int> red, out Vector128<int> green, out Vector128<int> blue)
    {
        Vector128<int> half = Vector128.Create(YuvCoefficients.Half), zero = Vector128.Create(ChromaZero);
        u -= zero;
        v -= zero;
        red = T.Multiply(v, Vector128.Create(m.RedOfV)) + half;
        green = T.Multiply(u, Vector128.Create(m.GreenOfU)) + T.Multiply(v, Vector128.Create(m.GreenOfV)) + half;
        blue = T.Multiply(u, Vector128.Create(m.BlueOfU)) + half;
    }

    /// <summary>Eight levels of one colour, not yet clamped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Colour(Vector128<int> low, Vector128<int> high) =>
        PixelVector.Saturated(low >> YuvCoefficients.FractionBits, high >> YuvCoefficients.FractionBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<short> red, Vector128<short> green, Vector128<short> blue, byte* rgbx)
    {
        Vector128<byte> redGreen = PixelVector.Saturated(red, green), blueZero = PixelVector.Saturated(blue, Vector128<short>.Zero);
        Vector128<byte> redBlue = PixelVector.ZipLower(redGreen, blueZero), greenZero = PixelVector.ZipUpper(redGreen, blueZero);
        PixelVector.ZipLower(redBlue, greenZero).Store(rgbx);
        PixelVector.ZipUpper(redBlue, greenZero).Store(rgbx + 16);
    }
}
