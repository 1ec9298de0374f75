using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>
/// The sliding window of a convolution or pooling: every list has one element a spatial dimension, <see cref="Pads"/> all begins and then all ends.
/// </summary>
internal sealed record Window(int[] Kernel, int[] Strides, int[] Dilations, int[] Pads)
{
    /// <summary>Reads the window of a convolution or pooling, with the pads that <c>auto_pad</c> means.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">Spatial size of the kernel.</param>
    /// <param name="input">Spatial size of the input.</param>
    public static Window Resolve(Node node, int[] kernel, ReadOnlySpan<int> input)
    {
        Window window = Read(node, kernel);
        string autoPad = node.Attributes.String("auto_pad", "NOTSET");
        for (int i = 0; autoPad != "NOTSET" && i < kernel.Length; i++)
        {
            // SAME: the output is the input over the stride, rounded up (ONNX, operator Conv).
            long output = ((long)input[i] + window.Strides[i] - 1) / window.Strides[i];
            long total = IsSame(autoPad) ? Math.Max(0, (output - 1) * window.Strides[i] + window.Extent(i) - input[i]) : 0;
            window.SetPads(i, Size(total), autoPad);
        }
        return window;
    }

    /// <summary>Reads kernel, strides, dilations and pads as they are given.</summary>
    public static Window Read(Node node, int[] kernel)
    {
        var window = new Window(kernel, node.Ints("strides", kernel.Length, 1), node.Ints("dilations", kernel.Length, 1), node.Ints("pads", 2 * kernel.Length, 0));
        RequireAll(window.Kernel, 1, "kernel_shape");
        RequireAll(window.Strides, 1, "strides");
        RequireAll(window.Dilations, 1, "dilations");
        RequireAll(window.Pads, 0, "pads");
        return window;
    }

    /// <summary>Gives the node this window in explicit attributes, without <c>auto_pad</c>.</summary>
    public void WriteTo(Node node)
    {
        node.Attributes.Remove("auto_pad");
        node.Attributes.Set("kernel_shape", Kernel).Set("strides", Strides).Set("dilations", Dilations).Set("pads", Pads);
    }

    /// <summary>Whether <c>auto_pad</c> is one of the two SAME forms; other values than those of ONNX are refused.</summary>
    public static bool IsSame(string autoPad) => autoPad switch
    {
        "SAME_UPPER" or "SAME_LOWER" => true,
        "VALID" or "NOTSET" => false,
        _ => throw new ModelException($"attribute 'auto_pad' is '{autoPad}'; it must be NOTSET, SAME_UPPER, SAME_LOWER or VALID"),
    };

    /// <summary>Size of the dilated kernel along spatial dimension <paramref name="i"/>.</summary>
    public long Extent(int i) => (long)Dilations[i] * (Kernel[i] - 1) + 1;

    /// <summary>Divides the padding of one dimension: an odd one is larger at the end for SAME_UPPER, at the beginning else.</summary>
    public void SetPads(int i, int total, string autoPad)
    {
        int less = total / 2;
        Pads[i] = autoPad == "SAME_UPPER" ? less : total - less;
        Pads[i + Kernel.Length] = total - Pads[i];
    }

    /// <summary>Spatial size of the output of a convolution or pooling.</summary>
    /// <exception cref="ModelException">The kernel is larger than the padded input.</exception>
    public int[] Output(ReadOnlySpan<int> input, bool ceil)
    {
        var output = new int[Kernel.Length];
        for (int i = 0; i < output.Length; i++)
        {
            long room = (long)input[i] + Pads[i] + Pads[i + Kernel.Length] - Extent(i);
            if (room < 0 || input[i] < 1)
                throw new ModelException($"the kernel {Text(Kernel)} is larger than the padded input {Text(input)}; the output would be empty");
            long size = room / Strides[i] + 1;
            // A window that starts beyond the input and its leading pad is left out (ONNX, operator MaxPool).
            if (ceil && room % Strides[i] != 0 && size * Strides[i] < (long)input[i] + Pads[i]) size++;
            output[i] = Size(size);
        }
        return output;
    }

    private static void RequireAll(int[] values, int least, string attribute)
    {
        if (Array.Exists(values, v => v < least)) throw new ModelException($"attribute '{attribute}' is {Text(values)}; it must not be below {least}");
    }
}
