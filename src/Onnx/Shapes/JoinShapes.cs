using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that join tensors, take them apart, or repeat or extend them.</summary>
internal static class JoinShapes
{
    /// <summary>Concat.</summary>
    public static void Concat(Node node)
    {
        int[] inputs = [.. Enumerable.Range(0, node.Inputs.Count)];
        node.Produces(node.Type(0), Joined(node, inputs, Axis(node)));
    }

    /// <summary>com.microsoft QLinearConcat: the output's scale and zero point, then each input with its scale and zero point.</summary>
    public static void QLinearConcat(Node node)
    {
        if (node.Inputs.Count % 3 != 2 || node.Inputs.Count < 5) throw new ModelException($"has {node.Inputs.Count} inputs; scale and zero point, then triples are wanted");
        QuantizationShapes.RequireParameters(node, 0, axisSize: 1);
        int[] inputs = [.. Enumerable.Range(0, node.Inputs.Count / 3).Select(static i => 2 + 3 * i)];
        foreach (int i in inputs) QuantizationShapes.RequireParameters(node, i + 1, axisSize: 1);
        node.Produces(node.Type(1), Joined(node, inputs, Axis(node)));
    }

    /// <summary>Split: sizes at input 1, filled in here where they are not given.</summary>
    public static void Split(Node node)
    {
        int[] x = node.Dims(0);
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), x.Length);
        int[] sizes = node.Optional(1) is null ? EqualParts(node, x[axis]) : node.ConstantInts(1, "sizes");
        if (sizes.Length != node.Outputs.Count || Array.Exists(sizes, static s => s < 0) || sizes.Sum(static s => (long)s) != x[axis])
            throw new ModelException($"sizes {Text(sizes)} do not split {x[axis]} into {node.Outputs.Count} outputs");
        for (int i = 0; i < sizes.Length; i++)
        {
            int[] shape = [.. x];
            shape[axis] = sizes[i];
            node.ProducesAt(i, node.Type(0), shape);
        }
    }

    /// <summary>Expand: broadcasts to a constant shape.</summary>
    public static void Expand(Node node) => node.Produces(node.Type(0), Broadcast.Shapes(node.Dims(0), Check(node.ConstantInts(1, "shape"))));

    /// <summary>Tile: repeats along each dimension.</summary>
    public static void Tile(Node node)
    {
        int[] x = node.Dims(0);
        int[] repeats = node.ConstantInts(1, "repeats");
        if (repeats.Length != x.Length) throw new ModelException($"repeats {Text(repeats)} do not fit an input of shape {Text(x)}");
        node.Produces(node.Type(0), [.. x.Select((d, i) => Size((long)d * repeats[i]))]);
    }

    /// <summary>Pad: pads at input 1, made to name every dimension where they come with axes.</summary>
    public static void Pad(Node node)
    {
        int[] x = node.Dims(0);
        if (node.Optional(3) is not null) SpreadPads(node, x.Length);
        int[] pads = node.ConstantInts(1, "pads");
        if (pads.Length != 2 * x.Length) throw new ModelException($"pads {Text(pads)} do not fit an input of shape {Text(x)}");
        if (Array.Exists(pads, static p => p < 0)) throw new ModelException($"pads {Text(pads)} are negative; use Slice to crop");
        if (node.Optional(2) is { } value && (value.Type != node.Type(0) || Product(value.Dims) != 1))
            throw new ModelException($"the pad value has type {value.Type} and shape {Text(value.Dims)} where one {node.Type(0)} is wanted");
        string mode = node.Attributes.String("mode", "constant");
        if (mode is not ("constant" or "reflect" or "edge" or "wrap")) throw new ModelException($"pad mode '{mode}' is not known; constant, reflect, edge and wrap are");
        var shape = new int[x.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            int most = Math.Max(pads[i], pads[i + x.Length]);
            if (most > 0 && ((mode == "reflect" && most >= x[i]) || (mode is "edge" or "wrap" && x[i] == 0)))
                throw new ModelException($"pads {Text(pads)} need more than {Text(x)} holds for mode {mode}");
            shape[i] = Size((long)x[i] + pads[i] + pads[i + x.Length]);
        }
        node.Produces(node.Type(0), shape);
    }

    private static int Axis(Node node) => node.Attributes.Has("axis") ? node.Attributes.Int("axis", 0) : throw new ModelException("attribute 'axis' is missing");

    private static int[] Joined(Node node, int[] inputs, int givenAxis)
    {
        int[] shape = [.. node.Dims(inputs[0])];
        int axis = Axes.Normalise(node, givenAxis, shape.Length);
        long sum = shape[axis];
        foreach (int input in inputs.AsSpan(1))
        {
            int[] dims = node.Dims(input, node.Type(inputs[0]));
            bool fits = dims.Length == shape.Length;
            for (int i = 0; fits && i < shape.Length; i++) fits = i == axis || dims[i] == shape[i];
            if (!fits) throw new ModelException($"cannot join {Text(node.Dims(inputs[0]))} and {Text(dims)} along axis {axis}");
            sum += dims[axis];
        }
        shape[axis] = Size(sum);
        return shape;
    }

    /// <summary>Equal parts, the last one smaller where the size does not divide (opset 18).</summary>
    private static int[] EqualParts(Node node, int size)
    {
        int count = node.Outputs.Count;
        if (node.Attributes.Int("num_outputs", count) != count) throw new ModelException($"num_outputs differs from its {count} outputs");
        bool uneven = node.Attributes.Has("num_outputs");
        node.Attributes.Remove("num_outputs");
        if (!uneven && size % count != 0) throw new ModelException($"cannot split {size} into {count} equal parts");
        int part = (int)(((long)size + count - 1) / count);
        var sizes = new int[count];
        Array.Fill(sizes, part);
        sizes[^1] = size - part * (count - 1);
        node.SetInput(1, node.Graph.NewConstant($"{node.Name}_split", Tensor.Vector(Array.ConvertAll(sizes, static s => (long)s))));
        return sizes;
    }

    private static void SpreadPads(Node node, int rank)
    {
        int[] axes = Axes.Normalise(node, node.ConstantInts(3, "axes"), rank);
        int[] given = node.ConstantInts(1, "pads");
        if (given.Length != 2 * axes.Length) throw new ModelException($"pads {Text(given)} do not fit axes {Text(axes)}");
        var pads = new long[2 * rank];
        for (int i = 0; i < axes.Length; i++)
        {
            pads[axes[i]] = given[i];
            pads[axes[i] + rank] = given[i + axes.Length];
        }
        node.SetInput(3, null);
        node.SetInput(1, node.Graph.NewConstant($"{node.Name}_pads", Tensor.Vector(pads)));
    }
}
