using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>
/// The loops of depthwise convolution over one padded map with channels innermost; weights are [taps, channels]. Four pixels or five taps at a time, so that there are sums enough to
/// hide how long each multiplication takes and what they share is loaded once.
/// </summary>
internal static class Depthwise
{
    private const int Places = 4, Group = 5;

    /// <summary><c>y[p, c] = bias[c] + Σ_t map[start(p) + taps[t] + c] · w[t, c]</c>.</summary>
    public static void Forward(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y)
    {
        int channels = g.Channels, whole = channels / Vector<float>.Count * Vector<float>.Count, step = g.StrideWidth * channels;
        if (Depthwise3x3.Fits(g)) Depthwise3x3.Forward(g, taps, map, weights, bias, y, whole);
        else ForwardVectors(g, taps, map, weights, bias, y, whole);
        for (int oy = 0, at = 0; whole < channels && oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels;
            for (int ox = 0; ox < g.OutputWidth; ox++, start += step, at += channels)
            {
                for (int c = whole; c < channels; c++)
                {
                    float sum = bias.IsEmpty ? 0 : bias[c];
                    for (int t = 0; t < taps.Length; t++) sum = MathF.FusedMultiplyAdd(map[start + taps[t] + c], weights[t * channels + c], sum);
                    y[at + c] = sum;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardVectors(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, int whole)
    {
        int channels = g.Channels, lanes = Vector<float>.Count, step = g.StrideWidth * channels;
        for (int oy = 0; oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels, at = oy * g.OutputWidth * channels, ox = 0;
            for (; ox <= g.OutputWidth - Places; ox += Places, start += Places * step, at += Places * channels)
            {
                for (int c = 0; c < whole; c += lanes)
                {
                    Vector<float> s0 = bias.IsEmpty ? default : Vectors.At(bias, c), s1 = s0, s2 = s0, s3 = s0;
                    for (int t = 0, w = c; t < taps.Length; t++, w += channels)
                    {
                        int from = start + taps[t] + c;
                        Vector<float> weight = Vectors.At(weights, w);
                        s0 = Vector.FusedMultiplyAdd(Vectors.At(map, from), weight, s0);
                        s1 = Vector.FusedMultiplyAdd(Vectors.At(map, from + step), weight, s1);
                        s2 = Vector.FusedMultiplyAdd(Vectors.At(map, from + 2 * step), weight, s2);
                        s3 = Vector.FusedMultiplyAdd(Vectors.At(map, from + 3 * step), weight, s3);
                    }
                    Vectors.Put(s0, y, at + c);
                    Vectors.Put(s1, y, at + channels + c);
                    Vectors.Put(s2, y, at + 2 * channels + c);
                    Vectors.Put(s3, y, at + 3 * channels + c);
                }
            }
            for (; ox < g.OutputWidth; ox++, start += step, at += channels)
            {
                for (int c = 0; c < whole; c += lanes)
                {
                    Vector<float> sum = bias.IsEmpty ? default : Vectors.At(bias, c);
                    for (int t = 0, w = c; t < taps.Length; t++, w += channels) sum = Vector.FusedMultiplyAdd(Vectors.At(map, start + taps[t] + c), Vectors.At(weights, w), sum);
                    Vectors.Put(sum, y, at + c);
                }
            }
        }
    }

    /// <summary><c>sums[t, c] += Σ_p map[start(p) + taps[t] + c] · dy[p, c]</c>.</summary>
    public static void AddWeightGradient(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> dy, Span<float> sums)
    {
        int channels = g.Channels, whole = channels / Vector<float>.Count * Vector<float>.Count, step = g.StrideWidth * channels;
        if (Depthwise3x3.Fits(g)) Depthwise3x3.AddWeightGradient(g, taps, map, dy, sums, whole);
        else AddWeightGradientVectors(g, taps, map, dy, sums, whole);
        for (int oy = 0; whole < channels && oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels, at = oy * g.OutputWidth * channels;
            for (int t = 0; t < taps.Length; t++)
            {
                for (int c = whole; c < channels; c++)
                {
                    float sum = sums[t * channels + c];
                    for (int ox = 0, from = start + taps[t] + c, to = at + c; ox < g.OutputWidth; ox++, from += step, to += channels)
                        sum = MathF.FusedMultiplyAdd(map[from], dy[to], sum);
                    sums[t * channels + c] = sum;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeightGradientVectors(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> dy, Span<float> sums, int whole)
    {
        int channels = g.Channels, lanes = Vector<float>.Count, step = g.StrideWidth * channels;
        for (int oy = 0; oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels, at = oy * g.OutputWidth * channels, t = 0;
            for (; t <= taps.Length - Group; t += Group)
            {
                int second = taps[t + 1] - taps[t], third = taps[t + 2] - taps[t], fourth = taps[t + 3] - taps[t], fifth = taps[t + 4] - taps[t];
                for (int c = 0; c < whole; c += lanes)
                {
                    int first = t * channels + c;
                    Vector<float> s0 = Vectors.At(sums, first), s1 = Vectors.At(sums, first + channels), s2 = Vectors.At(sums, first + 2 * channels);
                    Vector<float> s3 = Vectors.At(sums, first + 3 * channels), s4 = Vectors.At(sums, first + 4 * channels);
                    for (int ox = 0, from = start + taps[t] + c, to = at + c; ox < g.OutputWidth; ox++, from += step, to += channels)
                    {
                        Vector<float> d = Vectors.At(dy, to);
                        s0 = Vector.FusedMultiplyAdd(Vectors.At(map, from), d, s0);
                        s1 = Vector.FusedMultiplyAdd(Vectors.At(map, from + second), d, s1);
                        s2 = Vector.FusedMultiplyAdd(Vectors.At(map, from + third), d, s2);
                        s3 = Vector.FusedMultiplyAdd(Vectors.At(map, from + fourth), d, s3);
                        s4 = Vector.FusedMultiplyAdd(Vectors.At(map, from + fifth), d, s4);
                    }
                    Vectors.Put(s0, sums, first);
                    Vectors.Put(s1, sums, first + channels);
                    Vectors.Put(s2, sums, first + 2 * channels);
                    Vectors.Put(s3, sums, first + 3 * channels);
                    Vectors.Put(s4, sums, first + 4 * channels);
                }
            }
            for (; t < taps.Length; t++)
            {
                for (int c = 0; c < whole; c += lanes)
                {
                    Vector<float> sum = Vectors.At(sums, t * channels + c);
                    for (int ox = 0, from = start + taps[t] + c, to = at + c; ox < g.OutputWidth; ox++, from += step, to += channels)
                        sum = Vector.FusedMultiplyAdd(Vectors.At(map, from), Vectors.At(dy, to), sum);
                    Vectors.Put(sum, sums, t * channels + c);
                }
            }
        }
    }

    /// <summary><c>sum[start(p) + taps[t] + c] += dy[p, c] · w[t, c]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddInputGradient(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, Span<float> sum)
    {
        int channels = g.Channels, lanes = Vector<float>.Count, step = g.StrideWidth * channels;
        for (int oy = 0, at = 0; oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels;
            for (int ox = 0; ox < g.OutputWidth; ox++, start += step, at += channels)
            {
                int c = 0;
                for (; c <= channels - lanes; c += lanes)
                {
                    Vector<float> v = Vectors.At(dy, at + c);
                    for (int t = 0, w = c; t < taps.Length; t++, w += channels)
                    {
                        int to = start + taps[t] + c;
                        Vectors.Put(Vector.FusedMultiplyAdd(v, Vectors.At(weights, w), Vectors.At(sum, to)), sum, to);
                    }
                }
                for (; c < channels; c++)
                    for (int t = 0; t < taps.Length; t++) sum[start + taps[t] + c] = MathF.FusedMultiplyAdd(dy[at + c], weights[t * channels + c], sum[start + taps[t] + c]);
            }
        }
    }
}
