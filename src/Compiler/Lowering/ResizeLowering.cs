using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Resize of height and width: every coordinate and rounding mode becomes tables of source indices and weights.</summary>
internal static class ResizeLowering
{
    public static void Resize(LoweringContext context, Node node)
    {
        int[] from = node.Input(0).Dims, to = node.Output.Dims;
        if (from.Length != 4 || from[0] != to[0] || from[1] != to[1]) throw ModelException.At(node, "resizes other dimensions than height and width");
        string mode = node.Attributes.String("mode", "nearest");
        if (mode is not ("nearest" or "linear")) throw ModelException.At(node, $"resizes in mode '{mode}'; nearest and linear are supported");
        if (node.Attributes.Int("antialias", 0) != 0) throw ModelException.At(node, "resizes with antialias, which is not supported");
        float[]? scales = node.ConstantInput(2) is { Length: 4 } s ? s.ToFloats() : null;
        bool linear = mode == "linear";
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewLike(node.Output, x, PlanOrder.ChannelsLast);
        var inputs = new List<PlanTensor> { x };
        var weights = new List<PlanTensor>();
        foreach (int axis in (int[])[2, 3])
        {
            double scale = scales?[axis] ?? (double)to[axis] / from[axis];
            string what = axis == 2 ? "rows" : "columns";
            (int[] indices, float[] fractions) = linear ? Linear(node, from[axis], to[axis], scale) : Nearest(node, from[axis], to[axis], scale);
            inputs.Add(PlanTensor.Of($"{node.Name}_{what}", PlanType.Int32, indices, [2, to[axis]]));
            weights.Add(PlanTensor.Of($"{node.Name}_{what}_weights", PlanType.Float, fractions, [to[axis]]));
        }
        context.Plan.Emit(OperatorKind.Resize, node.Name, [.. inputs, .. weights], y, new ResizeParameters { Linear = linear ? 1 : 0 });
    }

    private static (int[] Indices, float[] Weights) Linear(Node node, int from, int to, double scale)
    {
        int[] indices = new int[2 * to];
        float[] weights = new float[to];
        for (int i = 0; i < to; i++)
        {
            double source = Math.Clamp(Coordinate(node, i, from, to, scale), 0, from - 1);
            int low = (int)Math.Floor(source);
            indices[i] = low;
            indices[to + i] = Math.Min(low + 1, from - 1);
            weights[i] = (float)(source - low);
        }
        return (indices, weights);
    }

    private static (int[] Indices, float[] Weights) Nearest(Node node, int from, int to, double scale)
    {
        string rounding = node.Attributes.String("nearest_mode", "round_prefer_floor");
        int[] indices = new int[2 * to];
        for (int i = 0; i < to; i++)
        {
            double source = Coordinate(node, i, from, to, scale);
            double rounded = rounding switch
            {
                "round_prefer_floor" => Math.Ceiling(source - 0.5),
                "round_prefer_ceil" => Math.Floor(source + 0.5),
                "floor" => Math.Floor(source),
                "ceil" => Math.Ceiling(source),
                _ => throw ModelException.At(node, $"has nearest_mode '{rounding}', which is not supported"),
            };
            indices[i] = indices[to + i] = (int)Math.Clamp(rounded, 0, from - 1);
        }
        return (indices, new float[to]);
    }

    /// <summary>Source coordinate of an output index, as the ONNX specification of Resize defines each mode, in binary32 like ONNX Runtime.</summary>
    private static double Coordinate(Node node, int i, int from, int to, double scale)
    {
        float s = (float)scale;
        string mode = node.Attributes.String("coordinate_transformation_mode", "half_pixel");
        return mode switch
        {
            "asymmetric" => i / s,
            "half_pixel" => (i + 0.5f) / s - 0.5f,
            "pytorch_half_pixel" => to > 1 ? (i + 0.5f) / s - 0.5f : 0,
            "align_corners" => to == 1 ? 0 : (float)i * (from - 1) / (to - 1),
            "tf_half_pixel_for_nn" => (i + 0.5f) / s,
            _ => throw ModelException.At(node, $"has coordinate mode '{mode}', which is not supported"),
        };
    }
}
