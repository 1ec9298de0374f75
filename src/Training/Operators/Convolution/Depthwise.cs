using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>The loops of depthwise convolution over one padded map with channels innermost; weights are [taps, channels].</summary>
internal static class Depthwise
{
    /// <summary><c>y[p, c] = bias[c] + Σ_t map[start(p) + taps[t] + c] · w[t, c]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y)
    {
        int channels = g.Channels, lanes = Vector<float>.Count, step = g.StrideWidth * channels;
        int done = Depthwise3x3.Fits(g) ? channels / lanes * lanes : 0;
        if (done > 0) Depthwise3x3.Forward(g, taps, map, weights, bias, y, done);
        if (done == channels) return;
        for (int oy = 0, at = 0; oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels;
            for (int ox = 0; ox < g.OutputWidth; ox++, start += step, at += channels)
            {
                int c = done;
                for (; c <= channels - lanes; c += lanes)
                {
                    Vector<float> sum = bias.IsEmpty ? default : Vectors.At(bias, c);
                    for (int t = 0, w = c; t < taps.Length; t++, w += channels)
                        sum = Vector.FusedMultiplyAdd(Vectors.At(map, start + taps[t] + c), Vectors.At(weights, w), sum);
                    Vectors.Put(sum, y, at + c);
                }
                for (; c < channels; c++)
                {
                    float sum = bias.IsEmpty ? 0 : bias[c];
                    for (int t = 0; t < taps.Length; t++) sum = MathF.FusedMultiplyAdd(map[start + taps[t] + c], weights[t * channels + c], sum);
                    y[at + c] = sum;
                }
            }
        }
    }

    /// <summary><c>sums[t, c] += Σ_p map[start(p) + taps[t] + c] · dy[p, c]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWeightGradient(Geometry g, ReadOnlySpan<int> taps, ReadOnlySpan<float> map, ReadOnlySpan<float> dy, Span<float> sums)
    {
        int channels = g.Channels, lanes = Vector<float>.Count, step = g.StrideWidth * channels;
        int done = Depthwise3x3.Fits(g) ? channels / lanes * lanes : 0;
        if (done > 0) Depthwise3x3.AddWeightGradient(g, taps, map, dy, sums, done);
        if (done == channels) return;
        for (int oy = 0; oy < g.OutputHeight; oy++)
        {
            int start = oy * g.StrideHeight * g.PaddedWidth * channels, at = oy * g.OutputWidth * channels;
            for (int t = 0; t < taps.Length; t++)
            {
                int c = done;
                for (; c <= channels - lanes; c += lanes)
                {
                    Vector<float> sum = Vectors.At(sums, t * channels + c);
                    for (int ox = 0, from = start + taps[t] + c, to = at + c; ox < g.OutputWidth; ox++, from += step, to += channels)
                        sum = Vector.FusedMultiplyAdd(Vectors.At(map, from), Vectors.At(dy, to), sum);
                    Vectors.Put(sum, sums, t * channels + c);
                }
                for (; c < channels; c++)
                {
                    float sum = sums[t * channels + c];
                    for (int ox = 0, from = start + taps[t] + c, to = at + c; ox < g.OutputWidth; ox++, from += step, to += channels)
                        sum = MathF.FusedMultiplyAdd(map[from], dy[to], sum);
                    sums[t * channels + c] = sum;
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
