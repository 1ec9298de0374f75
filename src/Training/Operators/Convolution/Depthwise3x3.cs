using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>
/// The loops of <see cref="Depthwise"/> for kernels of 3 by 3 and whole vectors of channels: the nine weights of a vector, or their sums, stay in registers along
/// a stretch of a row so short that what it reads stays in the first cache.
/// </summary>
internal static class Depthwise3x3
{
    /// <summary>Elements of three rows of a stretch.</summary>
    private const int Stretch = 5000;

    /// <summary>Whether these loops are for the window.</summary>
    public static bool Fits(Geometry g) => g.KernelHeight == 3 && g.KernelWidth == 3;

    /// <summary>Output pixels of a stretch.</summary>
    private static int Pixels(Geometry g) => Math.Max(8, Stretch / (3 * g.StrideWidth * g.Channels));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, int channels)
    {
        int step = g.StrideWidth * g.Channels, pixels = Pixels(g), next = g.Channels;
        nint right = taps[1], right2 = taps[2], down = taps[3], down2 = taps[6];
        for (int oy = 0; oy < g.OutputHeight; oy++)
        {
            for (int first = 0; first < g.OutputWidth; first += pixels)
            {
                int count = Math.Min(pixels, g.OutputWidth - first);
                int start = oy * g.StrideHeight * g.PaddedWidth * g.Channels + first * step, at = (oy * g.OutputWidth + first) * g.Channels;
                for (int c = 0; c < channels; c += Vector<float>.Count)
                {
                    Vector<float> w0 = Vectors.At(weights, c), w1 = Vectors.At(weights, next + c), w2 = Vectors.At(weights, 2 * next + c);
                    Vector<float> w3 = Vectors.At(weights, 3 * next + c), w4 = Vectors.At(weights, 4 * next + c), w5 = Vectors.At(weights, 5 * next + c);
                    Vector<float> w6 = Vectors.At(weights, 6 * next + c), w7 = Vectors.At(weights, 7 * next + c), w8 = Vectors.At(weights, 8 * next + c);
                    Vector<float> b = bias.IsEmpty ? default : Vectors.At(bias, c);
                    ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(map), start + c);
                    ref float to = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), at + c);
                    for (int i = 0; i < count; i++)
                    {
                        ref float x1 = ref Unsafe.Add(ref x, down);
                        ref float x2 = ref Unsafe.Add(ref x, down2);
                        Vector<float> s = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x), w0, b), t = Vector.LoadUnsafe(ref x1) * w3, u = Vector.LoadUnsafe(ref x2) * w6;
                        s = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x, right)), w1, s);
                        t = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x1, right)), w4, t);
                        u = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x2, right)), w7, u);
                        s = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x, right2)), w2, s);
                        t = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x1, right2)), w5, t);
                        u = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x2, right2)), w8, u);
                        (s + t + u).StoreUnsafe(ref to);
                        x = ref Unsafe.Add(ref x, step);
                        to = ref Unsafe.Add(ref to, next);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWeightGradient(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> dy, Span<float> sums, int channels)
    {
        int step = g.StrideWidth * g.Channels, pixels = Pixels(g), next = g.Channels;
        nint right = taps[1], right2 = taps[2], down = taps[3], down2 = taps[6];
        for (int oy = 0; oy < g.OutputHeight; oy++)
        {
            for (int first = 0; first < g.OutputWidth; first += pixels)
            {
                int count = Math.Min(pixels, g.OutputWidth - first);
                int start = oy * g.StrideHeight * g.PaddedWidth * g.Channels + first * step, at = (oy * g.OutputWidth + first) * g.Channels;
                for (int c = 0; c < channels; c += Vector<float>.Count)
                {
                    Vector<float> s0 = Vectors.At(sums, c), s1 = Vectors.At(sums, next + c), s2 = Vectors.At(sums, 2 * next + c);
                    Vector<float> s3 = Vectors.At(sums, 3 * next + c), s4 = Vectors.At(sums, 4 * next + c), s5 = Vectors.At(sums, 5 * next + c);
                    Vector<float> s6 = Vectors.At(sums, 6 * next + c), s7 = Vectors.At(sums, 7 * next + c), s8 = Vectors.At(sums, 8 * next + c);
                    ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(map), start + c);
                    ref float from = ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), at + c);
                    for (int i = 0; i < count; i++)
                    {
                        ref float x1 = ref Unsafe.Add(ref x, down);
                        ref float x2 = ref Unsafe.Add(ref x, down2);
                        Vector<float> d = Vector.LoadUnsafe(ref from);
                        s0 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x), d, s0);
                        s1 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x, right)), d, s1);
                        s2 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x, right2)), d, s2);
                        s3 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x1), d, s3);
                        s4 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x1, right)), d, s4);
                        s5 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x1, right2)), d, s5);
                        s6 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x2), d, s6);
                        s7 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x2, right)), d, s7);
                        s8 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref x2, right2)), d, s8);
                        x = ref Unsafe.Add(ref x, step);
                        from = ref Unsafe.Add(ref from, next);
                    }
                    Vectors.Put(s0, sums, c);
                    Vectors.Put(s1, sums, next + c);
                    Vectors.Put(s2, sums, 2 * next + c);
                    Vectors.Put(s3, sums, 3 * next + c);
                    Vectors.Put(s4, sums, 4 * next + c);
                    Vectors.Put(s5, sums, 5 * next + c);
                    Vectors.Put(s6, sums, 6 * next + c);
                    Vectors.Put(s7, sums, 7 * next + c);
                    Vectors.Put(s8, sums, 8 * next + c);
                }
            }
        }
    }
}
