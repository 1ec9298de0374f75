using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Reference;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// Resize as tables of source indices and weights, whatever its coordinates and rounding: of height and width at once where the mode is nearest or linear,
/// else one axis after the other.
/// </summary>
internal static class ResizeLowering
{
    public static void Resize(LoweringContext context, Node node)
    {
        int[] from = node.Input(0).Dims, to = node.Output.Dims;
        string mode = node.Attributes.String("mode", "nearest");
        bool planar = from.Length == 4 && from[0] == to[0] && from[1] == to[1] && mode is "nearest" or "linear" && (mode == "nearest" || node.Attributes.Int("antialias", 0) == 0);
        if (!planar || node.Attributes.String("coordinate_transformation_mode", "half_pixel") is "tf_crop_and_resize" or "half_pixel_symmetric")
        {
            AlongAxes(context, node, nearest: mode == "nearest");
            return;
        }
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

    private static void AlongAxes(LoweringContext context, Node node, bool nearest)
    {
        int[] from = node.Input(0).Dims;
        var call = new Call(node, [Tensor.Zeros(ElementType.Float, from), .. node.Inputs.Skip(1).Select(static v => v?.Constant)]);
        List<(int Axis, float[] Places, float Scale)> plan = Resizing.Plan(call);
        // What shrinks comes first; of what grows the columns, whose elements are few at a time, while there are few rows.
        plan = [.. plan.Where(static p => p.Scale < 1), .. plan.Where(static p => p.Scale >= 1).OrderByDescending(static p => p.Axis)];
        PlanTensor x = nearest ? context.Any(node.Input(0)) : context.Float(node.Input(0));
        if (plan.Count == 0)
        {
            context.Bind(node.Output, x.View(x.Dims, x.Order, node.Output.Name));
            return;
        }
        PlanTensor current = x;
        for (int i = 0; i < plan.Count; i++)
        {
            (int logical, float[] places, float scale) = plan[i];
            if (Array.Exists(places, float.IsNaN)) throw ModelException.At(node, "reads outside of its input, which is not supported; choose a region inside of it");
            int axis = Layout.Axis(logical, from.Length, x.Order);
            int[] dims = [.. current.Dims];
            dims[axis] = places.Length;
            PlanTensor next = i == plan.Count - 1 ? context.NewLike(node.Output, x, x.Order) : current.Like(dims);
            if (nearest)
            {
                MovementLowering.GatherAxis(context, node, current, next, axis, Resizing.Nearest(call, places, from[logical]));
            }
            else
            {
                ResizeTaps taps = ResizeTaps.Of(node.Attributes, from[logical], scale, places);
                int[] table = [places.Length, taps.Count];
                context.Plan.Emit(OperatorKind.WeightedGather, node.Name,
                    [current, PlanTensor.Of($"{node.Name}_sources{i}", PlanType.Int32, taps.Sources, table), PlanTensor.Of($"{node.Name}_weights{i}", PlanType.Float, taps.Weights, table)],
                    next, new AxisParameters
                    {
                        Outer = MovementLowering.Product(current.Dims, 0, axis),
                        Extent = current.Dims[axis],
                        Inner = MovementLowering.Product(current.Dims, axis + 1, current.Dims.Length),
                        Variant = taps.Count,
                    });
            }
            current = next;
        }
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
