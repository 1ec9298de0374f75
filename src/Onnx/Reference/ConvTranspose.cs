using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Reference;

/// <summary>Transposed convolution: every input element adds the kernel, scaled by it, to the output at stride times its place.</summary>
internal static class ConvTranspose
{
    /// <summary>
    /// Inputs x [N,C,(H,)W], w [C,M/group,(kH,)kW] and optional bias [M].
    /// Output size: stride (size - 1) + output_padding + (kernel - 1) dilation + 1 - pads.
    /// </summary>
    public static Tensor[] Compute(Call call)
    {
        Tensor x = call.Float(0), w = call.Float(1);
        FeatureMap input = FeatureMap.Of(call, x.Shape);
        ConvolutionShapes.Transposition geometry = ConvolutionShapes.Transpose(call.Node, x.Shape, w.Shape);
        var window = PlanarWindow.Of(call, geometry.Window);
        (int groups, int[] shape) = (geometry.Group, geometry.Output);
        FeatureMap output = FeatureMap.Of(call, shape);
        int depth = w.Shape[1], outputs = output.Channels;
        float[] y = new float[call.Count(shape)];
        ReadOnlySpan<float> bias = call.Optional(2) is null ? new float[outputs] : call.FloatVector(2, outputs);
        for (int i = 0; i < input.Batch * outputs; i++) y.AsSpan(i * output.Plane, output.Plane).Fill(bias[i % outputs]);

        int rows = depth * window.Taps, inner = input.Channels / groups;
        Tensor taps = Strided.Copy(call, w, [groups, rows, inner], [inner * rows, 1, rows]);
        float[] products = new float[call.Count([rows, input.Plane])];
        for (int part = 0; part < input.Batch * groups; part++)
        {
            Array.Clear(products);
            int start = part * inner * input.Plane;
            MatrixProduct.Add(rows, input.Plane, inner, taps, part % groups * rows * inner, (first, count, panel) =>
            {
                for (int i = 0; i < inner; i++) x.AsSpan<float>().Slice(start + i * input.Plane + first, count).CopyTo(panel[(i * count)..]);
            }, products, 0);
            for (int c = 0; c < depth; c++)
                Scatter(products.AsSpan(c * window.Taps * input.Plane), input, window, output, y.AsSpan((part * depth + c) * output.Plane, output.Plane));
        }
        return [Tensor.Of(y, shape)];
    }

    /// <summary>Adds the products of one output channel, [taps, input pixels], where they belong.</summary>
    private static void Scatter(ReadOnlySpan<float> products, FeatureMap input, PlanarWindow window, FeatureMap output, Span<float> plane)
    {
        int at = 0;
        for (int ky = 0; ky < window.Kernel[0]; ky++)
        {
            for (int kx = 0; kx < window.Kernel[1]; kx++)
            {
                for (int iy = 0; iy < input.Height; iy++)
                {
                    int oy = iy * window.Stride[0] - window.Before[0] + ky * window.Dilation[0];
                    int ox = kx * window.Dilation[1] - window.Before[1];
                    for (int ix = 0; ix < input.Width; ix++, ox += window.Stride[1], at++)
                        if (oy >= 0 && oy < output.Height && ox >= 0 && ox < output.Width) plane[oy * output.Width + ox] += products[at];
                }
            }
        }
    }
}
