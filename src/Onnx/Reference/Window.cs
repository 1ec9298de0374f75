namespace EdgeKit.Onnx.Reference;

/// <summary>
/// How a kernel slides over a feature map: the attributes kernel_shape, strides, dilations, pads and auto_pad of convolutions and poolings.
/// Height comes first, then width; a 1-D operator is a 2-D one of height 1.
/// </summary>
internal sealed class Window
{
    private readonly int _rank;

    private Window(int rank) => _rank = rank;

    /// <summary>Kernel size, height and width.</summary>
    public int[] Kernel { get; } = [1, 1];

    public int[] Stride { get; } = [1, 1];

    public int[] Dilation { get; } = [1, 1];

    /// <summary>Padding above and to the left.</summary>
    public int[] Before { get; } = [0, 0];

    /// <summary>Padding below and to the right.</summary>
    public int[] After { get; } = [0, 0];

    /// <summary>Number of kernel taps.</summary>
    public int Taps => Kernel[0] * Kernel[1];

    /// <summary>Reads and checks the attributes of a node that slides over <paramref name="spatial"/>, the dimensions after N and C.</summary>
    public static Window Read(Node node, ReadOnlySpan<int> spatial, ReadOnlySpan<int> kernel)
    {
        Window window = ReadShape(node, spatial, kernel);
        string autoPad = node.Attributes.String("auto_pad", "NOTSET");
        switch (autoPad)
        {
            case "NOTSET" or "":
                window.ReadPads(node);
                break;
            case "VALID":
                break;
            case "SAME_UPPER" or "SAME_LOWER":
                for (int a = 0; a < window._rank; a++)
                {
                    int axis = 2 - window._rank + a;
                    // The output has ceil(size / stride) elements; an odd element of padding goes to the end for UPPER.
                    long outputs = (spatial[a] + (long)window.Stride[axis] - 1) / window.Stride[axis];
                    long total = Math.Max((outputs - 1) * window.Stride[axis] + window.Reach(axis) - spatial[a], 0);
                    window.SetPads(axis, total, autoPad == "SAME_UPPER");
                }
                break;
            default:
                throw ModelException.At(node, $"auto_pad = '{autoPad}' is not known");
        }
        return window;
    }

    /// <summary>Reads kernel, strides and dilations but no padding.</summary>
    public static Window ReadShape(Node node, ReadOnlySpan<int> spatial, ReadOnlySpan<int> kernel)
    {
        int rank = spatial.Length;
        if (rank is not (1 or 2)) throw ModelException.At(node, $"slides over {rank} axes; 1 and 2 are supported");
        if (kernel.Length != rank) throw ModelException.At(node, $"kernel has {kernel.Length} axes where the input has {rank}");
        var window = new Window(rank);
        kernel.CopyTo(window.Kernel.AsSpan(2 - rank));
        window.ReadList(node, "strides", window.Stride);
        window.ReadList(node, "dilations", window.Dilation);
        for (int axis = 0; axis < 2; axis++)
        {
            if (window.Kernel[axis] < 1 || window.Stride[axis] < 1 || window.Dilation[axis] < 1)
                throw ModelException.At(node, "kernel, strides and dilations must be positive");
            if (((long)window.Kernel[axis] - 1) * window.Dilation[axis] + 1 > 1 << 20) throw ModelException.At(node, "the kernel is too large");
        }
        return window;
    }

    /// <summary>Input elements from the first to the last tap: (kernel - 1) dilation + 1.</summary>
    public int Reach(int axis) => (Kernel[axis] - 1) * Dilation[axis] + 1;

    /// <summary>Sets the padding of one axis from its total; the odd element goes to the end if <paramref name="upper"/>.</summary>
    public void SetPads(int axis, long total, bool upper)
    {
        int half = (int)(total / 2), rest = (int)(total - half);
        Before[axis] = upper ? half : rest;
        After[axis] = upper ? rest : half;
    }

    /// <summary>Reads the pads attribute.</summary>
    public void ReadPads(Node node)
    {
        int[] pads = node.Attributes.Ints("pads") ?? new int[2 * _rank];
        if (pads.Length != 2 * _rank) throw ModelException.At(node, $"pads has {pads.Length} elements where {2 * _rank} are wanted");
        if (pads.Any(static p => p is < 0 or > 1 << 20)) throw ModelException.At(node, $"pads [{string.Join(',', pads)}] are out of range");
        pads.AsSpan(0, _rank).CopyTo(Before.AsSpan(2 - _rank));
        pads.AsSpan(_rank).CopyTo(After.AsSpan(2 - _rank));
    }

    /// <summary>
    /// Output size of one axis: floor((size + pads - reach) / stride) + 1, or ceil in ceil mode, where a window must still begin inside
    /// of the input or its leading padding.
    /// </summary>
    public int OutputSize(Node node, int axis, int size, bool ceil = false)
    {
        long room = (long)size + Before[axis] + After[axis] - Reach(axis);
        if (room < 0) throw ModelException.At(node, $"a window of {Reach(axis)} does not fit into {size} + {Before[axis]} + {After[axis]}");
        long count = (ceil ? (room + Stride[axis] - 1) / Stride[axis] : room / Stride[axis]) + 1;
        if (ceil && (count - 1) * Stride[axis] >= size + (long)Before[axis]) count--;
        return (int)count;
    }

    private void ReadList(Node node, string name, int[] target)
    {
        if (node.Attributes.Ints(name) is not { } list) return;
        if (list.Length != _rank) throw ModelException.At(node, $"{name} has {list.Length} elements where {_rank} are wanted");
        list.CopyTo(target, 2 - _rank);
    }
}
