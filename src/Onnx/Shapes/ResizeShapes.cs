using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>The shape of Resize: sizes at input 3, or the input times the scales at input 2, rounded down.</summary>
internal static class ResizeShapes
{
    /// <summary>Resize; scales or sizes that come with axes are made to name every dimension.</summary>
    public static void Resize(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float, ElementType.UInt8, ElementType.Int8);
        AttributeMap attributes = node.Attributes;
        if (attributes.String("mode", "nearest") is not ("nearest" or "linear" or "cubic")) throw new ModelException($"mode '{attributes.String("mode", "")}' is not known; nearest, linear and cubic are");
        KeepAspectRatio(node, x);
        if (attributes.Ints("axes") is { } axes) Spread(node, x, Axes.Normalise(node, axes, x.Length));
        if ((node.Optional(2) is null) == (node.Optional(3) is null)) throw new ModelException("needs either scales or sizes");
        if (node.Optional(3) is not null)
        {
            int[] sizes = node.ConstantInts(3, "sizes");
            RequireRank(sizes.Length, x);
            RequireElements(x, sizes);
            node.Produces(node.Type(0), sizes);
            return;
        }
        float[] scales = Scales(node);
        RequireRank(scales.Length, x);
        int[] shape = [.. x.Select((d, i) => Scaled(d, scales[i]))];
        RequireElements(x, shape);
        node.Produces(node.Type(0), shape);
    }

    /// <summary>Sizes that are limits: all axes get the scale at which none is larger, or none smaller, than its limit.</summary>
    private static void KeepAspectRatio(Node node, int[] x)
    {
        string policy = node.Attributes.String("keep_aspect_ratio_policy", "stretch");
        node.Attributes.Remove("keep_aspect_ratio_policy");
        if (policy == "stretch" || node.Optional(3) is null) return;
        if (policy is not ("not_larger" or "not_smaller")) throw new ModelException($"aspect ratio policy '{policy}' is not known; stretch, not_larger and not_smaller are");
        int[] limits = node.ConstantInts(3, "sizes"), axes = Axes.Normalise(node, node.Attributes.Ints("axes") ?? [.. Enumerable.Range(0, x.Length)], x.Length);
        RequireRank(limits.Length, axes);
        if (limits.Length == 0) return;
        float[] ratios = [.. limits.Select((limit, i) => (float)limit / x[axes[i]])];
        float scale = policy == "not_larger" ? ratios.Min() : ratios.Max();
        int[] sizes = [.. axes.Select(axis => (int)MathF.Floor(x[axis] * scale + 0.5f))];
        // With scales sizes are rounded down, here to the nearest: where that differs, one cannot be written as the other.
        float[] candidates = [scale, MathF.BitIncrement(scale)];
        if (Array.Find(candidates, s => axes.Select((axis, i) => Scaled(x[axis], s) == sizes[i]).All(static same => same)) is not (> 0 and var exact))
            throw new ModelException($"keeps the aspect ratio at sizes that are rounded up, which is not supported; export the model with policy 'stretch' and the sizes {Text(sizes)}");
        node.SetInput(3, null);
        node.SetInput(2, node.Graph.NewConstant($"{node.Name}_scales", Tensor.Of([.. Enumerable.Repeat(exact, axes.Length)], axes.Length)));
    }

    private static float[] Scales(Node node) => node.Input(2).Constant is { Type: ElementType.Float, Rank: 1 } scales
        ? scales.ToFloats()
        : throw new ModelException("its scales (input 2) are computed from data, which is not supported; export the model with fixed shapes");

    private static int Scaled(int size, float scale)
    {
        // The product in float32, as ONNX Runtime takes it.
        float scaled = MathF.Floor(size * scale);
        return scale > 0 && scaled < int.MaxValue ? (int)scaled : throw new ModelException($"scale {scale} of a dimension of {size} is not possible");
    }

    private static void Spread(Node node, int[] x, int[] axes)
    {
        node.Attributes.Remove("axes");
        if (node.Optional(1) is not null) SpreadRoi(node, x.Length, axes);
        if (node.Optional(3) is not null)
        {
            int[] given = node.ConstantInts(3, "sizes");
            RequireRank(given.Length, axes);
            long[] sizes = Array.ConvertAll(x, static d => (long)d);
            for (int i = 0; i < axes.Length; i++) sizes[axes[i]] = given[i];
            node.SetInput(3, node.Graph.NewConstant($"{node.Name}_sizes", Tensor.Vector(sizes)));
            return;
        }
        float[] factors = Scales(node);
        RequireRank(factors.Length, axes);
        var scales = new float[x.Length];
        Array.Fill(scales, 1);
        for (int i = 0; i < axes.Length; i++) scales[axes[i]] = factors[i];
        node.SetInput(2, node.Graph.NewConstant($"{node.Name}_scales", Tensor.Of(scales, scales.Length)));
    }

    /// <summary>The whole of every dimension that is not named.</summary>
    private static void SpreadRoi(Node node, int rank, int[] axes)
    {
        float[] given = node.ConstantInput(1)?.ToFloats() ?? throw new ModelException("its region (input 1) is computed from data, which is not supported; export the model with a fixed one");
        RequireRank(given.Length, [.. axes, .. axes]);
        var roi = new float[2 * rank];
        Array.Fill(roi, 1, rank, rank);
        for (int i = 0; i < axes.Length; i++) (roi[axes[i]], roi[axes[i] + rank]) = (given[i], given[axes.Length + i]);
        node.SetInput(1, node.Graph.NewConstant($"{node.Name}_roi", Tensor.Of(roi, roi.Length)));
    }

    private static void RequireRank(int given, int[] wanted)
    {
        if (given != wanted.Length) throw new ModelException($"{given} scales or sizes do not fit {wanted.Length} dimensions");
    }

    private static void RequireElements(int[] x, int[] shape)
    {
        if (Array.Exists(shape, static d => d < 1) || Array.Exists(x, static d => d < 1))
            throw new ModelException($"cannot resize {Text(x)} to {Text(shape)}");
    }
}
