namespace EdgeKit.Onnx.Reference;

/// <summary>Resize by nearest or (bi-, tri-)linear interpolation, one axis after the other; inputs x, roi (not used), scales or sizes.</summary>
internal static class Resizing
{
    public static Tensor[] Resize(Call call)
    {
        Tensor x = call.Input(0);
        string mode = call.Attributes.String("mode", "nearest");
        if (mode is not ("nearest" or "linear")) throw call.Error($"mode = '{mode}' is not supported; nearest and linear are");
        if (mode == "linear" && x.Type != ElementType.Float) throw call.Error($"does not interpolate elements of type {x.Type}");
        if (call.Attributes.Int("antialias", 0) != 0) throw call.Error("antialias is not supported");
        string policy = call.Attributes.String("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch") throw call.Error($"keep_aspect_ratio_policy = '{policy}' is not supported");

        Tensor result = x;
        foreach ((int axis, float[] places) in Plan(call))
        {
            int[] shape = [.. result.Shape];
            shape[axis] = places.Length;
            call.Count(shape);
            result = mode == "linear"
                ? Interpolate(result, axis, places, shape)
                : Selection.Take(result, axis, Nearest(call, places, x.Shape[axis]), shape);
        }
        return [result];
    }

    /// <summary>The axes that change, and where each output element lies on them in elements of the input.</summary>
    public static List<(int Axis, float[] Places)> Plan(Call call)
    {
        Tensor x = call.Input(0);
        int[] axes = Axes.Normalise(call.Node, call.Attributes.Ints("axes") ?? [.. Enumerable.Range(0, x.Rank)], x.Rank);
        int[]? sizes = call.Optional(3) is { Length: > 0 } ? call.Ints(3) : null;
        float[]? scales = sizes is null ? call.Float(2).ToFloats() : null;
        if ((sizes?.Length ?? scales!.Length) != axes.Length) throw call.Error($"wants {axes.Length} scales or sizes for {x}");
        var plan = new List<(int, float[])>();
        for (int i = 0; i < axes.Length; i++)
        {
            int size = x.Shape[axes[i]];
            int target = sizes is not null ? sizes[i] : (int)Math.Clamp(MathF.Floor(size * scales![i]), -1, int.MaxValue);
            float scale = scales is not null ? scales[i] : (float)target / size;
            if (target < 0 || size == 0 != (target == 0) || !(scale >= 0)) throw call.Error($"cannot resize {size} elements to {target}");
            if (scale != 1) plan.Add((axes[i], Places(call, size, target, scale)));
        }
        return plan;
    }

    /// <summary>Where each output element lies on the input axis.</summary>
    private static float[] Places(Call call, int size, int target, float scale)
    {
        string rule = call.Attributes.String("coordinate_transformation_mode", "half_pixel");
        float[] places = new float[target];
        for (int i = 0; i < target; i++)
        {
            places[i] = rule switch
            {
                "half_pixel" => (i + 0.5f) / scale - 0.5f,
                "pytorch_half_pixel" => target > 1 ? (i + 0.5f) / scale - 0.5f : 0,
                "tf_half_pixel_for_nn" => (i + 0.5f) / scale,
                "align_corners" => target > 1 ? (float)i * (size - 1) / (target - 1) : 0,
                "asymmetric" => i / scale,
                _ => throw call.Error($"coordinate_transformation_mode = '{rule}' is not supported"),
            };
        }
        return places;
    }

    private static int[] Nearest(Call call, float[] places, int size)
    {
        string rule = call.Attributes.String("nearest_mode", "round_prefer_floor");
        Func<float, float> round = rule switch
        {
            "round_prefer_floor" => static v => MathF.Ceiling(v - 0.5f),
            "round_prefer_ceil" => static v => MathF.Floor(v + 0.5f),
            "floor" => MathF.Floor,
            "ceil" => MathF.Ceiling,
            _ => throw call.Error($"nearest_mode = '{rule}' is not known"),
        };
        return Array.ConvertAll(places, v => (int)Math.Clamp(round(v), 0, size - 1));
    }

    private static Tensor Interpolate(Tensor x, int axis, float[] places, int[] shape)
    {
        int size = x.Shape[axis], block = Tensor.ElementCount(shape.AsSpan(axis + 1)), outers = Tensor.ElementCount(shape.AsSpan(0, axis));
        float[] y = new float[Tensor.ElementCount(shape)];
        ReadOnlySpan<float> from = x.AsSpan<float>();
        int o = 0;
        for (int outer = 0; outer < outers; outer++)
        {
            foreach (float place in places)
            {
                float at = Math.Clamp(place, 0, size - 1);
                int low = (int)at, high = Math.Min(low + 1, size - 1);
                float part = at - low;
                ReadOnlySpan<float> first = from.Slice((outer * size + low) * block, block), second = from.Slice((outer * size + high) * block, block);
                for (int i = 0; i < block; i++) y[o++] = (1 - part) * first[i] + part * second[i];
            }
        }
        return Tensor.Of(y, shape);
    }
}
