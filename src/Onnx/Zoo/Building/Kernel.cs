namespace EdgeKit.Onnx.Networks;

/// <summary>Geometry of a convolution. Unless <see cref="Pads"/> are given, it keeps the size of the map at stride 1.</summary>
internal sealed record Kernel(int Height, int Width, int Stride, int Dilation)
{
    internal Kernel(int side, int stride = 1)
        : this(side, side, stride, Dilation: 1)
    {
    }

    internal static Kernel Rectangle(int height, int width) => new(height, width, Stride: 1, Dilation: 1);

    /// <summary>Zeros at top, left, bottom and right.</summary>
    internal int[]? Pads { get; init; }

    /// <summary>The same without zeros around the map.</summary>
    internal Kernel Valid => Padded(0);

    /// <summary>The same with as many zeros on all sides.</summary>
    internal Kernel Padded(int pad) => this with { Pads = [pad, pad, pad, pad] };

    internal AttributeMap Describe(AttributeMap attributes)
    {
        int h = Dilation * (Height - 1) / 2, w = Dilation * (Width - 1) / 2;
        int[] shape = [Height, Width], strides = [Stride, Stride], dilations = [Dilation, Dilation];
        return attributes.Set("kernel_shape", shape).Set("strides", strides).Set("dilations", dilations).Set("pads", Pads ?? [h, w, h, w]);
    }
}
