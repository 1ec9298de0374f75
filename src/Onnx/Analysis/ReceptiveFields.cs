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
                result[output] = new ReceptiveField(y.Pixels(height), x.Pixels(width), y.IsWhole && x.IsWhole, y.Stride, x.Stride);
            }
        }
        return result;
    }

    /// <summary>The field behind a node along one image axis: 0 for height, 1 for width.</summary>
    private static Axis Step(Node node, int axis, Axis a)
    {
        switch (node.OpType)
        {
            case "Conv" or "QLinearConv" or "MaxPool" or "AveragePool" or "QLinearAveragePool":
                (int span, int stride) = WindowOf(node, axis);
                return new Axis(a.Size + ((span - 1) * a.Jump), a.Jump * stride);
            case "ConvTranspose":
                // An output lies under every stride-th tap of the spread input.
                (span, stride) = WindowOf(node, axis);
                return new Axis(a.Size + ((((span + stride - 1) / stride) - 1) * a.Jump), a.Jump / stride);
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
                return a with { Jump = a.Jump / node.Attributes.Int("blocksize", 1) };
            case "SpaceToDepth":
                int block = node.Attributes.Int("blocksize", 1);
                return new Axis(a.Size + ((block - 1) * a.Jump), a.Jump * block);
            case "Slice":
                return a with { Jump = a.Jump * SliceStep(node, axis) };
            default:
                return node.OpType.StartsWith("Reduce", StringComparison.Ordinal) && Mixes(node, node.Attributes.Ints("axes"), axis) ? Axis.Whole : a;
        }
    }

    /// <summary>Input positions from the first tap to the last, and the stride.</summary>
    private static (int Span, int Stride) WindowOf(Node node, int axis)
    {
        int[] kernel = node.Attributes.Ints("kernel_shape") ?? node.Input(node.OpType == "QLinearConv" ? 3 : 1).Dims[2..];
        int i = kernel.Length - 2 + axis;
        if (i < 0) return (1, 1);
        int dilation = node.Attributes.Ints("dilations") is { } d ? d[i] : 1;
        int stride = node.Attributes.Ints("strides") is { } s ? s[i] : 1;
        return (((kernel[i] - 1) * dilation) + 1, stride);
    }

    private static Axis Resized(Node node, int axis, Axis a)
    {
        int[] from = node.Input(0).Dims;
        int[] to = node.Outputs[0].Dims;
        int i = from.Length - 2 + axis;
        if (i < 0 || from[i] == to[i]) return a;
        // Linear interpolation reads two neighbours, cubic four.
        int taps = node.Attributes.String("mode", "nearest") switch { "linear" => 2, "cubic" => 4, _ => 1 };
        return new Axis(a.Size + ((taps - 1) * a.Jump), a.Jump * from[i] / to[i]);
    }

    private static int SliceStep(Node node, int axis)
    {
        int rank = node.Input(0).Dims.Length;
        if (rank != 4 || node.ConstantInput(4)?.ToInt32s() is not { } steps) return 1;
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, steps.Length)];
        int i = Array.FindIndex(axes, v => (v < 0 ? v + rank : v) == 2 + axis);
        return i < 0 ? 1 : Math.Abs(steps[i]);
    }

    /// <summary>Whether a map's rows (axis 0) or columns (axis 1) are among the axes over which a node combines; no axes are all axes.</summary>
    private static bool Mixes(Node node, int[]? axes, int axis)
    {
        int rank = node.Input(0).Dims.Length;
        return axes is null || (rank == 4 && axes.Any(v => (v < 0 ? v + rank : v) == 2 + axis));
    }

    /// <summary>The field along one axis: infinite where every pixel counts.</summary>
    private readonly record struct Axis(double Size, double Jump)
    {
        internal static Axis Pixel => new(1, 1);

        internal static Axis Whole => new(double.PositiveInfinity, 0);

        internal bool IsWhole => double.IsInfinity(Size);

        /// <summary>The jump, which has no meaning where every pixel counts.</summary>
        internal double Stride => IsWhole ? 0 : Jump;

        internal int Pixels(int input) => IsWhole ? input : (int)Math.Ceiling(Size);

        internal static Axis Union(IEnumerable<Axis> axes) => axes.Aggregate(static (a, b) => new Axis(Math.Max(a.Size, b.Size), Math.Max(a.Jump, b.Jump)));
    }
}
