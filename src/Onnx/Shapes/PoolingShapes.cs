using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of pooling operators: feature maps are [N, C, spatial...].</summary>
internal static class PoolingShapes
{
    /// <summary>MaxPool, without indices.</summary>
    public static void MaxPool(Node node) => Pool(node, node.FeatureMap(0, ElementType.Float, ElementType.UInt8, ElementType.Int8));

    /// <summary>AveragePool.</summary>
    public static void AveragePool(Node node) => Pool(node, node.FeatureMap(0, ElementType.Float));

    /// <summary>GlobalAveragePool and GlobalMaxPool: every spatial dimension becomes 1.</summary>
    public static void Global(Node node) => node.Produces(ElementType.Float, Pooled(node.FeatureMap(0, ElementType.Float), channelsLast: false));

    /// <summary>com.microsoft QLinearGlobalAveragePool: x, its scale and zero point, the output's scale and zero point.</summary>
    public static void QLinearGlobalAveragePool(Node node)
    {
        int[] x = node.FeatureMap(0, ElementType.UInt8, ElementType.Int8);
        QuantizationShapes.RequireParameters(node, 1, axisSize: 1);
        QuantizationShapes.RequireParameters(node, 3, axisSize: 1);
        node.Produces(node.Type(0), Pooled(x, node.Attributes.Int("channels_last", 0) != 0));
    }

    private static int[] Pooled(int[] x, bool channelsLast)
    {
        if (x.AsSpan(1).Contains(0)) throw new ModelException($"pools an input without elements, {Text(x)}");
        var shape = new int[x.Length];
        Array.Fill(shape, 1);
        shape[0] = x[0];
        if (channelsLast) shape[^1] = x[^1];
        else shape[1] = x[1];
        return shape;
    }

    private static void Pool(Node node, int[] x)
    {
        if (node.Attributes.Int("storage_order", 0) != 0) throw new ModelException("column-major indices (storage_order=1) are not supported");
        (Window window, int[] shape) = Slide(node, x);
        window.WriteTo(node);
        node.Produces(node.Type(0), shape);
    }

    /// <summary>The window of a pooling over <paramref name="x"/>, and the shape of the output.</summary>
    public static (Window Window, int[] Output) Slide(Node node, int[] x)
    {
        int[] kernel = node.Attributes.Ints("kernel_shape") ?? throw new ModelException("attribute 'kernel_shape' is missing");
        if (kernel.Length != x.Length - 2) throw new ModelException($"kernel_shape {Text(kernel)} does not fit an input of shape {Text(x)}");
        Window window = Window.Resolve(node, kernel, x.AsSpan(2));
        for (int i = 0; i < window.Pads.Length; i++)
        {
            // Such a pad makes windows that see no input at all.
            if (window.Pads[i] >= window.Extent(i % kernel.Length)) throw new ModelException($"the pads {Text(window.Pads)} are not smaller than the kernel {Text(kernel)}");
        }
        return (window, [x[0], x[1], .. window.Output(x.AsSpan(2), node.Attributes.Int("ceil_mode", 0) != 0)]);
    }
}
