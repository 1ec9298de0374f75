using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of convolutions: feature maps are [N, C, spatial...].</summary>
internal static class ConvolutionShapes
{
    /// <summary>Conv: weights [M, C/group, kernel...].</summary>
    public static void Conv(Node node)
    {
        int[] x = node.FeatureMap(0, ElementType.Float);
        int[] w = node.Dims(1, ElementType.Float);
        if (node.Optional(2) is not null) RequireVector(node, 2, w[0], ElementType.Float);
        node.Produces(ElementType.Float, Explicit(node, x, w));
    }

    /// <summary>QLinearConv: x, its scale and zero point, w, its scale and zero point, the output's scale and zero point, bias.</summary>
    public static void QLinearConv(Node node)
    {
        int[] x = node.FeatureMap(0, ElementType.UInt8, ElementType.Int8);
        int[] w = node.Dims(3, ElementType.UInt8, ElementType.Int8);
        int[] shape = Explicit(node, x, w);
        if (node.Optional(8) is not null) RequireVector(node, 8, w[0], ElementType.Int32);
        QuantizationShapes.RequireParameters(node, 1, axisSize: 1);
        QuantizationShapes.RequireParameters(node, 4, axisSize: w[0]);
        QuantizationShapes.RequireParameters(node, 6, axisSize: 1);
        node.Produces(node.Type(7), shape);
    }

    /// <summary>ConvTranspose: weights [C, M/group, kernel...]; output_shape and auto_pad become pads and output_padding.</summary>
    public static void ConvTranspose(Node node)
    {
        Transposition to = Transpose(node, node.FeatureMap(0, ElementType.Float), node.Dims(1, ElementType.Float));
        if (node.Optional(2) is not null) RequireVector(node, 2, to.Output[1], ElementType.Float);
        to.Window.WriteTo(node);
        node.Attributes.Remove("output_shape");
        node.Attributes.Set("group", to.Group).Set("output_padding", to.OutputPadding);
        node.Produces(ElementType.Float, to.Output);
    }

    /// <summary>The geometry of a convolution of <paramref name="x"/> by weights <paramref name="w"/>.</summary>
    public static (Window Window, int Group, int[] Output) Convolve(Node node, int[] x, int[] w)
    {
        RequireWeights(w, x);
        int group = Group(node, x[1]);
        if ((long)w[1] * group != x[1])
            throw new ModelException($"weights {Text(w)} in {group} groups do not fit an input of {x[1]} channels");
        if (w[0] % group != 0) throw new ModelException($"{group} groups do not divide {w[0]} output channels");
        Window window = Window.Resolve(node, Kernel(node, w), x.AsSpan(2));
        return (window, group, [x[0], w[0], .. window.Output(x.AsSpan(2), ceil: false)]);
    }

    /// <summary>The geometry of a transposed convolution: pads and output_padding as auto_pad and output_shape want them.</summary>
    public sealed record Transposition(Window Window, int Group, int[] OutputPadding, int[] Output);

    /// <summary>The geometry of a transposed convolution of <paramref name="x"/> by weights <paramref name="w"/>.</summary>
    public static Transposition Transpose(Node node, int[] x, int[] w)
    {
        RequireWeights(w, x);
        int group = Group(node, x[1]);
        if (w[0] != x[1]) throw new ModelException($"weights {Text(w)} do not fit an input of {x[1]} channels");
        int[] input = x[2..], kernel = Kernel(node, w);
        Window window = Window.Read(node, kernel);
        int[] extra = node.Ints("output_padding", kernel.Length, 0);
        if (Array.Exists(extra, static e => e < 0)) throw new ModelException($"attribute 'output_padding' is {Text(extra)}; it must not be negative");
        int[]? wanted = node.Attributes.Has("output_shape") ? node.Attributes.Ints("output_shape") : null;
        // Some exporters give the whole shape, batch and channels too.
        if (wanted?.Length == kernel.Length + 2) wanted = wanted[2..];
        if (wanted is not null && wanted.Length != kernel.Length) throw new ModelException($"attribute 'output_shape' is {Text(wanted)}, which does not fit {kernel.Length} spatial dimensions");
        string autoPad = node.Attributes.String("auto_pad", "NOTSET");
        bool same = Window.IsSame(autoPad);
        var output = new int[kernel.Length];
        for (int i = 0; i < output.Length; i++)
        {
            long full = (long)window.Strides[i] * (input[i] - 1) + extra[i] + window.Extent(i);
            if (wanted is not null || same)
            {
                long target = wanted?[i] ?? (long)input[i] * window.Strides[i];
                window.SetPads(i, Size(Math.Max(0, full - target)), autoPad);
                extra[i] = Size(extra[i] + Math.Max(0, target - full));
            }
            else if (autoPad == "VALID")
            {
                window.SetPads(i, 0, autoPad);
            }
            long size = (long)window.Strides[i] * (input[i] - 1) + extra[i] + window.Extent(i) - window.Pads[i] - window.Pads[i + kernel.Length];
            if (size < 1) throw new ModelException($"the pads {Text(window.Pads)} leave nothing of the output");
            output[i] = Size(size);
        }
        return new Transposition(window, group, extra, [x[0], Size((long)w[1] * group), .. output]);
    }

    /// <summary>The output shape of a convolution, whose attributes become explicit.</summary>
    private static int[] Explicit(Node node, int[] x, int[] w)
    {
        (Window window, int group, int[] shape) = Convolve(node, x, w);
        window.WriteTo(node);
        node.Attributes.Set("group", group);
        return shape;
    }

    private static void RequireWeights(int[] w, int[] x)
    {
        if (w.Length != x.Length || w[0] == 0) throw new ModelException($"weights {Text(w)} do not fit an input of shape {Text(x)}");
    }

    private static int Group(Node node, int channels)
    {
        int group = node.Attributes.Int("group", 1);
        return group >= 1 && channels % group == 0 ? group : throw new ModelException($"{group} groups do not divide {channels} input channels");
    }

    private static int[] Kernel(Node node, int[] w)
    {
        int[] kernel = w[2..];
        return node.Attributes.Ints("kernel_shape") is not { } given || given.AsSpan().SequenceEqual(kernel)
            ? kernel
            : throw new ModelException($"kernel_shape {Text(given)} does not fit weights {Text(w)}");
    }

    private static void RequireVector(Node node, int input, int length, ElementType type)
    {
        int[] dims = node.Dims(input, type);
        if (dims.Length != 1 || dims[0] != length) throw new ModelException($"the bias has shape {Text(dims)} where [{length}] is wanted");
    }
}
