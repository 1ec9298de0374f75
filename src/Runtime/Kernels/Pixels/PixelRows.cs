using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.X86;

namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>
/// What a camera's picture goes through on its way to a model's input, row by row, on 128-bit vectors: to RGBX, along the row to RGB of another width, across rows to another height,
/// and through a table to the input's numbers. Lengths are checked; inputs from outside are read to their last byte and not beyond, outputs need room to spare where that is said.
/// </summary>
public static unsafe class PixelRows
{
    /// <summary>Bytes that an output must be longer than its row, and so for the inputs of <see cref="Across"/>.</summary>
    public const int Slack = 32;

    /// <summary>Y0 U Y1 V for each two pixels.</summary>
    /// <param name="pairs">2 bytes a pixel.</param>
    /// <param name="width">Pixels, even.</param>
    /// <param name="matrix">What luma and chroma mean.</param>
    /// <param name="rgbx">4 bytes a pixel and <see cref="Slack"/>.</param>
    public static void FromYuyv(ReadOnlySpan<byte> pairs, int width, in YuvCoefficients matrix, Span<byte> rgbx)
    {
        Need(width % 2 == 0 && pairs.Length >= 2L * width);
        NeedRoom(rgbx, width);
        fixed (byte* p = pairs, o = rgbx)
        {
            if (Sse41.IsSupported) YuvLoop<Sse41PixelLanes>.Packed(p, o, width, matrix);
            else YuvLoop<PortablePixelLanes>.Packed(p, o, width, matrix);
        }
    }

    /// <summary>Luma, and U V for each two pixels.</summary>
    /// <param name="luma">A byte a pixel.</param>
    /// <param name="chroma">A byte a pixel, and one more where the width is odd.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="matrix">What luma and chroma mean.</param>
    /// <param name="rgbx">4 bytes a pixel and <see cref="Slack"/>.</param>
    public static void FromSemiPlanar(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> chroma, int width, in YuvCoefficients matrix, Span<byte> rgbx)
    {
        Need(luma.Length >= width && chroma.Length >= width + (width & 1));
        NeedRoom(rgbx, width);
        fixed (byte* y = luma, c = chroma, o = rgbx)
        {
            if (Sse41.IsSupported) YuvLoop<Sse41PixelLanes>.SemiPlanar(y, c, o, width, matrix);
            else YuvLoop<PortablePixelLanes>.SemiPlanar(y, c, o, width, matrix);
        }
    }

    /// <summary>Y, U and V apart.</summary>
    /// <param name="luma">A byte a pixel.</param>
    /// <param name="u">A byte a pixel, or for each two pixels.</param>
    /// <param name="v">Likewise.</param>
    /// <param name="isHalf">Whether chroma is for each two pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="matrix">What luma and chroma mean.</param>
    /// <param name="rgbx">4 bytes a pixel and <see cref="Slack"/>.</param>
    public static void FromPlanes(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, bool isHalf, int width, in YuvCoefficients matrix, Span<byte> rgbx)
    {
        int samples = isHalf ? (width + 1) / 2 : width;
        Need(luma.Length >= width && u.Length >= samples && v.Length >= samples);
        NeedRoom(rgbx, width);
        fixed (byte* y = luma, pu = u, pv = v, o = rgbx)
        {
            if (Sse41.IsSupported) Run<Sse41PixelLanes>(y, pu, pv, isHalf, o, width, matrix);
            else Run<PortablePixelLanes>(y, pu, pv, isHalf, o, width, matrix);
        }
    }

    /// <summary>Luma alone.</summary>
    /// <param name="luma">A byte a pixel.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="matrix">What luma means.</param>
    /// <param name="rgbx">4 bytes a pixel and <see cref="Slack"/>.</param>
    public static void FromGrey(ReadOnlySpan<byte> luma, int width, in YuvCoefficients matrix, Span<byte> rgbx)
    {
        Need(luma.Length >= width);
        NeedRoom(rgbx, width);
        fixed (byte* y = luma, o = rgbx)
        {
            if (Sse41.IsSupported) YuvLoop<Sse41PixelLanes>.Grey(y, o, width, matrix);
            else YuvLoop<PortablePixelLanes>.Grey(y, o, width, matrix);
        }
    }

    /// <summary>R G B for each pixel.</summary>
    /// <param name="rgb">3 bytes a pixel.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="rgbx">4 bytes a pixel and <see cref="Slack"/>.</param>
    public static void FromRgb(ReadOnlySpan<byte> rgb, int width, Span<byte> rgbx)
    {
        Need(rgb.Length >= 3L * width);
        NeedRoom(rgbx, width);
        fixed (byte* p = rgb, o = rgbx) YuvLoop<PortablePixelLanes>.Rgb(p, o, width);
    }

    /// <summary>Another width.</summary>
    /// <param name="rgbx">4 bytes an input pixel.</param>
    /// <param name="taps">What the output pixels are made of.</param>
    /// <param name="rgb">3 bytes an output pixel and <see cref="Slack"/>.</param>
    public static void Along(ReadOnlySpan<byte> rgbx, ResampleTaps taps, Span<byte> rgb)
    {
        Need(rgbx.Length >= 4L * taps.InputSize && rgb.Length >= (3L * taps.Count) + Slack);
        fixed (byte* p = rgbx, o = rgb)
        fixed (int* starts = taps.Starts, weights = taps.Weights)
        {
            if (Sse41.IsSupported) ResampleLoop<Sse41PixelLanes>.Along(p, starts, weights, taps.Length, o, taps.Count);
            else ResampleLoop<PortablePixelLanes>.Along(p, starts, weights, taps.Length, o, taps.Count);
        }
    }

    /// <summary>One row of another height.</summary>
    /// <param name="rows">Memory of the input rows, each followed by <see cref="Slack"/> readable bytes.</param>
    /// <param name="offsets">Where each input row begins.</param>
    /// <param name="weights">Its weight; a row of <see cref="ResampleTaps.WeightsOf"/>.</param>
    /// <param name="samples">Samples of a row.</param>
    /// <param name="output">The samples and <see cref="Slack"/>.</param>
    public static void Across(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, int samples, Span<byte> output)
    {
        Need(offsets.Length == weights.Length && samples >= 0 && output.Length >= (long)samples + Slack);
        foreach (int offset in offsets) Need(offset >= 0 && rows.Length - offset >= (long)samples + Slack);
        fixed (byte* p = rows, o = output)
        fixed (int* at = offsets, w = weights)
        {
            if (Sse41.IsSupported) ResampleLoop<Sse41PixelLanes>.Across(p, at, w, weights.Length, o, samples);
            else ResampleLoop<PortablePixelLanes>.Across(p, at, w, weights.Length, o, samples);
        }
    }

    /// <summary>Each sample's number.</summary>
    /// <param name="rgb">3 samples a pixel.</param>
    /// <param name="table">3 x 256 numbers: those of the output's first, second and third channel.</param>
    /// <param name="isReversed">Whether the output's first channel is blue.</param>
    /// <param name="output">3 numbers a pixel; written to its end.</param>
    public static void Lookup<T>(ReadOnlySpan<byte> rgb, ReadOnlySpan<T> table, bool isReversed, Span<T> output) where T : unmanaged
    {
        Need(output.Length % 3 == 0 && rgb.Length >= output.Length && table.Length >= 3 * 256);
        nint first = isReversed ? 2 : 0;
        fixed (byte* p = rgb)
        fixed (T* t = table, o = output)
        {
            for (nint i = 0; i < output.Length; i += 3)
            {
                o[i] = t[p[i + first]];
                o[i + 1] = t[256 + p[i + 1]];
                o[i + 2] = t[512 + p[i + 2 - first]];
            }
        }
    }

    private static void Run<T>(byte* luma, byte* u, byte* v, bool isHalf, byte* rgbx, int width, in YuvCoefficients matrix) where T : struct, IPixelLanes
    {
        if (isHalf) YuvLoop<T>.HalfChroma(luma, u, v, rgbx, width, matrix);
        else YuvLoop<T>.FullChroma(luma, u, v, rgbx, width, matrix);
    }

    private static void NeedRoom(Span<byte> rgbx, int width) => Need(width >= 0 && rgbx.Length >= (4L * width) + Slack);

    private static void Need(bool isMet)
    {
        if (!isMet) throw new ArgumentException("too few bytes for a row of pixels");
    }
}
