using System.Numerics;
using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Reference;

/// <summary>
/// Convolution in the sense of deep learning (a cross-correlation: the kernel is not flipped), as a product of the weights [M, C/group * taps]
/// with the patches [C/group * taps, output pixels] that lie under the window.
/// </summary>
internal static class Convolution
{
    /// <summary>Inputs x [N,C,(H,)W], w [M,C/group,(kH,)kW] and optional bias [M].</summary>
    public static Tensor[] Conv(Call call)
    {
        Tensor x = call.Float(0), w = call.Float(1);
        Tensor? bias = call.Optional(2) is null ? null : call.Float(2);
        return [Compute<float>(call, x, w, bias)];
    }

    /// <summary>The convolution in float or, with wrapping sums, in int32. Padding is zero.</summary>
    public static Tensor Compute<T>(Call call, Tensor x, Tensor w, Tensor? bias) where T : unmanaged, INumber<T>
    {
        FeatureMap input = FeatureMap.Of(call, x.Shape);
        (Window sliding, int groups, int[] shape) = ConvolutionShapes.Convolve(call.Node, x.Shape, w.Shape);
        var window = PlanarWindow.Of(call, sliding);
        FeatureMap output = FeatureMap.Of(call, shape);
        int outputs = output.Channels, depth = w.Shape[1];
        if (bias is not null && (bias.Rank != 1 || bias.Length != outputs)) throw call.Error($"a bias {bias} does not fit {outputs} output channels");
        T[] y = new T[call.Count(shape)];
        if (bias is not null)
        {
            ReadOnlySpan<T> start = bias.AsSpan<T>();
            for (int i = 0; i < input.Batch * outputs; i++) y.AsSpan(i * output.Plane, output.Plane).Fill(start[i % outputs]);
        }

        int rows = outputs / groups, inner = depth * window.Taps;
        Parallel.For(0, input.Batch * groups, part =>
        {
            int group = part % groups;
            MatrixProduct.Add(rows, output.Plane, inner, w, group * rows * inner,
                (first, count, patches) => ReadPatches(x.AsSpan<T>().Slice(part * depth * input.Plane, depth * input.Plane), input, window, output.Width, first, count, patches),
                y, part * rows * output.Plane);
        });
        return Tensor.Of(y, shape);
    }

    /// <summary>
    /// For output pixels first to first + count - 1 of some input planes: row (channel, kernel y, kernel x) holds the input under that tap, zero in the padding.
    /// </summary>
    private static void ReadPatches<T>(
        ReadOnlySpan<T> planes, FeatureMap input, PlanarWindow window, int outputWidth, int first, int count, Span<T> patches) where T : unmanaged
    {
        (int firstRow, int firstColumn) = Math.DivRem(first, outputWidth);
        Span<T> rest = patches;
        for (int plane = 0; plane < planes.Length; plane += input.Plane)
        {
            for (int tap = 0; tap < window.Taps; tap++)
            {
                (int ky, int kx) = Math.DivRem(tap, window.Kernel[1]);
                int iy = firstRow * window.Stride[0] - window.Before[0] + ky * window.Dilation[0];
                int ox = firstColumn;
                for (int left = count; left > 0; iy += window.Stride[0], ox = 0)
                {
                    int length = Math.Min(outputWidth - ox, left);
                    if (iy < 0 || iy >= input.Height) rest[..length].Clear();
                    else ReadRow(planes.Slice(plane + iy * input.Width, input.Width), ox * window.Stride[1] - window.Before[1] + kx * window.Dilation[1], window.Stride[1], rest[..length]);
                    rest = rest[length..];
                    left -= length;
                }
            }
        }
    }

    /// <summary>Elements start, start + step, ... of a line that is zero outside.</summary>
    private static void ReadRow<T>(ReadOnlySpan<T> line, int start, int step, Span<T> target) where T : unmanaged
    {
        int skip = start < 0 ? Math.Min((step - 1 - start) / step, target.Length) : 0;
        int end = start >= line.Length ? 0 : Math.Min((line.Length - 1 - start) / step + 1, target.Length);
        end = Math.Max(end, skip);
        target[..skip].Clear();
        target[end..].Clear();
        if (end == skip) return;
        if (step == 1) line.Slice(Math.Max(start, 0), end - skip).CopyTo(target[skip..end]);
        else for (int i = skip; i < end; i++) target[i] = line[start + i * step];
    }
}
