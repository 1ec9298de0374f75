namespace EdgeKit.Onnx.Analysis;

/// <summary>
/// Receptive fields from the input forward: a window of k taps, dilation d and stride s makes the field r + (k - 1) * d * j and the jump j * s, where r and j
/// are those of its input (Araujo et al., Computing Receptive Fields of Convolutional Neural Networks, Distill 2019).
/// </summary>
internal static class ReceptiveFields
{
    /// <summary>The field of every computed value that depends on an image input [N,C,H,W].</summary>
    internal static IReadOnlyDictionary<Value, ReceptiveField> Of(Graph graph)
    {
        var fields = new Dictionary<Value, (Axis Y, Axis X)>();
        int height = 0;
        int width = 0;
        foreach (Value input in graph.Inputs)
        {
            if (input.Shape is not { Length: 4 }) continue;
            fields[input] = (Axis.Pixel, Axis.Pixel);
            height = Math.Max(height, input.Dims[2]);
            width = Math.Max(width, input.Dims[3]);
        }
        var result = new Dictionary<Value, ReceptiveField>();
        foreach (Node node in graph.Nodes)
        {
            (Axis Y, Axis X)[] read = [.. node.Inputs.Where(v => v is not null && fields.ContainsKey(v)).Select(v => fields[v!])];
            if (read.Length == 0) continue;
            Axis y = Step(node, 0, Axis.Union(read.Select(static f => f.Y)));
            Axis x = Step(node, 1, Axis.Union(read.Select(static f => f.X)));
            foreach (Value output in node.Outputs)
            {
                fields[output] = (y, x);
                result[output] = new ReceptiveField(y.Pixels(height), x.Pixels(width), y.IsWhole && x.IsWhole, y.Stride, x.Stride, y.Middle(height), x.Middle(width));
            }
        }
        return result;
    }

    /// <summary>The field behind a node along one image axis: 0 for height, 1 for width.</summary>
    private static Axis Step(Node node, int axis, Axis a)
    {
        int block;
        switch (node.OpType)
        {
            case "Conv" or "QLinearConv" or "MaxPool" or "AveragePool" or "QLinearAveragePool":
                (int span, int stride, int pad) = WindowOf(node, axis);
                return new Axis(a.Size + ((span - 1) * a.Jump), a.Jump * stride, a.Centre + ((((span - 1) / 2.0) - pad) * a.Jump));
            case "ConvTranspose":
                // An output lies under every stride-th tap of the spread input.
                (span, stride, pad) = WindowOf(node, axis);
                return new Axis(a.Size + ((((span + stride - 1) / stride) - 1) * a.Jump), a.Jump / stride, a.Centre + ((pad - ((span - 1) / 2.0)) / stride * a.Jump));
            case "GlobalAveragePool" or "GlobalMaxPool" or "QLinearGlobalAveragePool" or "InstanceNormalization" or "Gemm" or "QLinearMatMul":
                return Axis.Whole;
            case "MatMul":
                // A constant on the right mixes the features of one position.
                return node.ConstantInput(1) is not null && node.Input(0).Dims.Length > 2 ? a : Axis.Whole;
            case "Softmax" or "LogSoftmax":
                return Mixes(node, [node.Attributes.Int("axis", -1)], axis) ? Axis.Whole : a;
            case "Resize":
                return Resized(node, axis, a);
            case "DepthToSpace":
                block = node.Attributes.Int("blocksize", 1);
                return a with { Jump = a.Jump / block, Centre = a.Centre + (((0.5 / block) - 0.5) * a.Jump) };
            case "SpaceToDepth":
                block = node.Attributes.Int("blocksize", 1);
                return new Axis(a.Size + ((block - 1) * a.Jump), a.Jump * block, a.Centre + ((block - 1) / 2.0 * a.Jump));
            case "Slice":
                (int from, int step) = SliceOf(node, axis);
                return a with { Jump = a.Jump * Math.Abs(step), Centre = a.Centre + (from * a.Jump) };
            case "Pad":
                return node.Input(0).Dims.Length == 4 && node.ConstantInput(1)?.ToInt32s() is { Length: 8 } pads ? a with { Centre = a.Centre - (pads[2 + axis] * a.Jump) } : a;
            default:
                return node.OpType.StartsWith("Reduce", StringComparison.Ordinal) && Mixes(node, node.Attributes.Ints("axes"), axis) ? Axis.Whole : a;
        }
    }

    /// <summary>Input positions from the first tap to the last, the stride, and the padding before the first.</summary>
    private static (int Span, int Stride, int Pad) WindowOf(Node node, int axis)
    {
        int[] kernel = node.Attributes.Ints("kernel_shape") ?? node.Input(node.OpType == "QLinearConv" ? 3 : 1).Dims[2..];
        int i = kernel.Length - 2 + axis;
        if (i < 0) return (1, 1, 0);
        int dilation = node.Attributes.Ints("dilations") is { } d ? d[i] : 1;
        int stride = node.Attributes.Ints("strides") is { } s ? s[i] : 1;
        return (((kernel[i] - 1) * dilation) + 1, stride, node.Attributes.Ints("pads") is { } p ? p[i] : 0);
    }

    private static Axis Resized(Node node, int axis, Axis a)
    {
        int[] from = node.Input(0).Dims;
        int[] to = node.Outputs[0].Dims;
        int i = from.Length - 2 + axis;
        if (i < 0 || from[i] == to[i]) return a;
        // Linear interpolation reads two neighbours, cubic four.
        int taps = node.Attributes.String("mode", "nearest") switch { "linear" => 2, "cubic" => 4, _ => 1 };
        double step = (double)from[i] / to[i];
        double offset = node.Attributes.String("coordinate_transformation_mode", "half_pixel") is "half_pixel" or "pytorch_half_pixel" ? (step / 2) - 0.5 : 0;
        return new Axis(a.Size + ((taps - 1) * a.Jump), a.Jump * step, a.Centre + (offset * a.Jump));
    }

    /// <summary>The first position that a Slice takes, and its step.</summary>
    private static (int From, int Step) SliceOf(Node node, int axis)
    {
        int[] dims = node.Input(0).Dims;
        if (dims.Length != 4 || node.ConstantInput(1)?.ToInt32s() is not { } starts) return (0, 1);
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, starts.Length)];
        int i = Array.FindIndex(axes, v => (v < 0 ? v + dims.Length : v) == 2 + axis);
        if (i < 0) return (0, 1);
        int size = dims[2 + axis];
        return (Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, size - 1), node.ConstantInput(4)?.ToInt32s()[i] ?? 1);
    }

    /// <summary>Whether a map's rows (axis 0) or columns (axis 1) are among the axes over which a node combines; no axes are all axes.</summary>
    private static bool Mixes(Node node, int[]? axes, int axis)
    {
        int rank = node.Input(0).Dims.Length;
        return axes is null || (rank == 4 && axes.Any(v => (v < 0 ? v + rank : v) == 2 + axis));
    }

    /// <summary>The field along one axis: its size, infinite where every pixel counts, the step between elements, and the middle of element 0's field.</summary>
    private readonly record struct Axis(double Size, double Jump, double Centre)
    {
        internal static Axis Pixel => new(1, 1, 0);

        internal static Axis Whole => new(double.PositiveInfinity, 0, 0);

        internal bool IsWhole => double.IsInfinity(Size);

        /// <summary>The jump, which has no meaning where every pixel counts.</summary>
        internal double Stride => IsWhole ? 0 : Jump;

        internal int Pixels(int input) => IsWhole ? input : (int)Math.Ceiling(Size);

        internal double Middle(int input) => IsWhole ? (input - 1) / 2.0 : Centre;

        internal static Axis Union(IEnumerable<Axis> axes) =>
            axes.Aggregate(static (a, b) => new Axis(Math.Max(a.Size, b.Size), Math.Max(a.Jump, b.Jump), b.Size > a.Size ? b.Centre : a.Centre));
    }
}
