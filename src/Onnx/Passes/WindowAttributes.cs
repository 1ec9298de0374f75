namespace EdgeKit.Onnx.Passes;

/// <summary>Writes the attributes of two-dimensional convolutions and pools, all explicit.</summary>
internal static class WindowAttributes
{
    /// <summary>Sets kernel_shape, strides and pads of a square window.</summary>
    internal static AttributeMap SetWindow(this AttributeMap attributes, int kernel, int stride, int pad)
    {
        int[] size = [kernel, kernel];
        int[] step = [stride, stride];
        int[] pads = [pad, pad, pad, pad];
        return attributes.Set("kernel_shape", size).Set("strides", step).Set("pads", pads);
    }

    /// <summary>Sets everything a Conv with a square kernel has.</summary>
    internal static AttributeMap SetConv(this AttributeMap attributes, int kernel, int stride, int pad, int group)
    {
        int[] dilations = [1, 1];
        return attributes.SetWindow(kernel, stride, pad).Set("dilations", dilations).Set("group", group);
    }
}
