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
        FeatureMap input = FeatureMap.Of(call, x);
        int groups = call.Attributes.Int("group", 1);
        if (w.Rank != x.Rank || w.Shape[0] != input.Channels || groups < 1 || input.Channels % groups != 0)
            throw call.Error($"weights {w} in {groups} groups do not fit an input {x}");
        Window window = Window.ReadShape(call.Node, x.Shape.AsSpan(2), w.Shape.AsSpan(2));
        int[] sizes = OutputSizes(call, window, x.Rank, input);
        int depth = w.Shape[1], outputs = depth * groups;
        var output = new FeatureMap(input.Batch, outputs, sizes[0], sizes[1]);
        int[] shape = output.Shape(x.Rank);
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
    private static void Scatter(ReadOnlySpan<float> products, FeatureMap input, Window window, FeatureMap output, Span<float> plane)
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

    /// <summary>Height and width of the output; sets the window's padding where auto_pad or output_shape decides it.</summary>
    private static int[] OutputSizes(Call call, Window window, int rank, FeatureMap input)
    {
        int[] extra = Spatial(call, rank, "output_padding") ?? [0, 0];
        int[]? wanted = Spatial(call, rank, "output_shape");
        string autoPad = call.Attributes.String("auto_pad", "NOTSET");
        bool same = autoPad is "SAME_UPPER" or "SAME_LOWER";
        if (!same && wanted is null && autoPad != "VALID") window.ReadPads(call.Node);
        int[] sizes = new int[2];
        for (int axis = 0; axis < 2; axis++)
        {
            int size = axis == 0 ? input.Height : input.Width;
            long full = (size - 1L) * window.Stride[axis] + extra[axis] + window.Reach(axis);
            if (wanted is not null || same)
            {
                long target = wanted?[axis] ?? (long)size * window.Stride[axis];
                window.SetPads(axis, Math.Max(full - target, 0), autoPad == "SAME_UPPER");
                full = Math.Max(full, target);
            }
            long result = full - window.Before[axis] - window.After[axis];
            if (result is < 1 or > int.MaxValue) throw call.Error($"an output of {result} elements along an axis cannot be");
            sizes[axis] = (int)result;
        }
        return sizes;
    }

    /// <summary>A list attribute with one element for each spatial axis, as height and width.</summary>
    private static int[]? Spatial(Call call, int rank, string name)
    {
        if (call.Attributes.Ints(name) is not { Length: > 0 } list) return null;
        if (list.Length != rank - 2) throw call.Error($"{name} has {list.Length} elements where {rank - 2} are wanted");
        if (list.Any(static v => v < 0)) throw call.Error($"{name} [{string.Join(',', list)}] is negative");
        return rank == 3 ? [name == "output_shape" ? 1 : 0, list[0]] : list;
    }
}
