using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Reference;

/// <summary>
/// GridSample: x [N,C,spatial...] read at computed positions, grid [N,spatial of the output...,rank], whose last dimension begins with the innermost
/// coordinate. -1 and 1 are the outer edges of the map, or with align_corners the centres of its outer elements. In EdgeKit's own domain positions count
/// elements.
/// </summary>
internal static class Sampling
{
    /// <summary>Coefficient of the cubic interpolation (ONNX, operator GridSample).</summary>
    private const float Cubic = -0.75f;

    /// <summary>Positions beyond this, and those that are no numbers, are taken as this: far outside of every map.</summary>
    private const float Far = 1e9f;

    public static Tensor[] GridSample(Call call)
    {
        Tensor x = call.Float(0), grid = call.Float(1);
        int[] shape = SamplingShapes.Sampled(x.Shape, grid.Shape);
        (int[] size, int rank) = (x.Shape[2..], x.Rank - 2);
        string mode = call.Attributes.String("mode", "linear"), padding = call.Attributes.String("padding_mode", "zeros");
        bool inElements = call.Node.Domain == Graph.EdgeKitDomain;
        bool align = call.Attributes.Int("align_corners", 0) != 0;
        int plane = Tensor.ElementCount(size), positions = call.Count(shape.AsSpan(2)), channels = x.Shape[1];
        float[] y = new float[call.Count(shape)];
        Parallel.For(0, x.Shape[0] * positions, at =>
        {
            (int batch, int position) = Math.DivRem(at, positions);
            ReadOnlySpan<float> place = grid.AsSpan<float>().Slice(at * rank, rank), from = x.AsSpan<float>();
            var taps = new (int[] Sources, float[] Weights)[rank];
            for (int axis = 0; axis < rank; axis++) taps[axis] = Taps(place[rank - 1 - axis], size[axis], mode, padding, align, inElements);
            for (int c = 0; c < channels; c++)
                y[(batch * channels + c) * positions + position] = Sum(from.Slice((batch * channels + c) * plane, plane), taps, size, 0, 0);
        });
        return [Tensor.Of(y, shape)];
    }

    private static float Sum(ReadOnlySpan<float> plane, (int[] Sources, float[] Weights)[] taps, int[] size, int axis, int start)
    {
        float sum = 0;
        (int[] sources, float[] weights) = taps[axis];
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] < 0) continue;
            int at = start * size[axis] + sources[i];
            sum += weights[i] * (axis == size.Length - 1 ? plane[at] : Sum(plane, taps, size, axis + 1, at));
        }
        return sum;
    }

    /// <summary>Elements along an axis that make up a position, -1 for those that are zero, and their weights.</summary>
    private static (int[] Sources, float[] Weights) Taps(float place, int size, string mode, string padding, bool align, bool inElements)
    {
        float at = inElements ? place : align ? (place + 1) / 2 * (size - 1) : ((place + 1) * size - 1) / 2;
        at = at > -Far ? MathF.Min(at, Far) : -Far;
        if (mode == "nearest") at = MathF.Round(at, MidpointRounding.ToEven);
        (float low, float high) = align ? (0, size - 1) : (-0.5f, size - 0.5f);
        // A cubic sample is made of elements inside and copies of the border, as ONNX Runtime and PyTorch have it.
        if (mode != "cubic" && (at < low || at > high))
        {
            if (padding == "border") at = Math.Clamp(at, 0, size - 1);
            else if (padding == "reflection") at = Reflect(at, low, high);
        }
        float floor = MathF.Floor(at), part = at - floor;
        (int first, float[] weights) = mode switch
        {
            "nearest" => ((int)floor, [1f]),
            "linear" => ((int)floor, [1 - part, part]),
            _ => ((int)floor - 1, ResizeTaps.CubicWeights(part, Cubic)),
        };
        var sources = new int[weights.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            int source = first + i;
            sources[i] = source >= 0 && source < size ? source : padding switch
            {
                "border" => Math.Clamp(source, 0, size - 1),
                "reflection" => Math.Clamp((int)Reflect(source, low, high), 0, size - 1),
                _ => -1,
            };
        }
        return (sources, weights);
    }

    /// <summary>A position thrown back at both ends until it lies between them.</summary>
    private static float Reflect(float at, float low, float high)
    {
        float range = high - low;
        if (range <= 0) return low;
        float beyond = at < low ? low - at : at - high;
        if (beyond < 0) return at;
        int times = (int)(beyond / range);
        float rest = beyond - times * range;
        return (at < low) == (times % 2 == 0) ? low + rest : high - rest;
    }
}
