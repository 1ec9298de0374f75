namespace EdgeKit.Onnx.Reference;

/// <summary>
/// Resize by nearest, (bi-, tri-)linear or cubic interpolation, one axis after the other; inputs x, roi (for tf_crop_and_resize), scales or sizes. What a crop
/// reads outside of the input is the extrapolation_value.
/// </summary>
internal static class Resizing
{
    public static Tensor[] Resize(Call call)
    {
        Tensor x = call.Input(0);
        string mode = call.Attributes.String("mode", "nearest");
        if (mode is not ("nearest" or "linear" or "cubic")) throw call.Error($"mode = '{mode}' is not known");
        if (mode != "nearest" && x.Type != ElementType.Float) throw call.Error($"does not interpolate elements of type {x.Type}");
        string policy = call.Attributes.String("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch") throw call.Error($"keep_aspect_ratio_policy = '{policy}' is not supported");

        bool weighted = mode == "cubic" || (mode == "linear" && call.Attributes.Int("antialias", 0) != 0);
        Tensor result = x;
        foreach ((int axis, float[] places, float scale) in Plan(call))
        {
            int[] shape = [.. result.Shape];
            shape[axis] = places.Length;
            call.Count(shape);
            float[] inside = Array.ConvertAll(places, static p => float.IsNaN(p) ? 0 : p);
            result = weighted ? Sum(result, axis, ResizeTaps.Of(call.Attributes, x.Shape[axis], scale, inside), shape)
                : mode == "linear" ? Interpolate(result, axis, inside, shape)
                : Selection.Take(result, axis, Nearest(call, inside, x.Shape[axis]), shape);
            if (Array.Exists(places, float.IsNaN)) result = Extrapolate(call, result, axis, places);
        }
        return [result];
    }

    /// <summary>The axes that change, where each output element lies on them in elements of the input (NaN outside of a crop), and by how much they grow.</summary>
    public static List<(int Axis, float[] Places, float Scale)> Plan(Call call)
    {
        Tensor x = call.Input(0);
        int[] axes = Axes.Normalise(call.Node, call.Attributes.Ints("axes") ?? [.. Enumerable.Range(0, x.Rank)], x.Rank);
        int[]? sizes = call.Optional(3) is { Length: > 0 } ? call.Ints(3) : null;
        float[]? scales = sizes is null ? call.Float(2).ToFloats() : null;
        if ((sizes?.Length ?? scales!.Length) != axes.Length) throw call.Error($"wants {axes.Length} scales or sizes for {x}");
        bool crops = call.Attributes.String("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize";
        float[] roi = crops ? call.FloatVector(1, 2 * axes.Length).ToArray() : [];
        var plan = new List<(int, float[], float)>();
        for (int i = 0; i < axes.Length; i++)
        {
            int size = x.Shape[axes[i]];
            int target = sizes is not null ? sizes[i] : (int)Math.Clamp(MathF.Floor(size * scales![i]), -1, int.MaxValue);
            float scale = scales is not null ? scales[i] : (float)target / size;
            if (target < 0 || size == 0 != (target == 0) || !(scale >= 0)) throw call.Error($"cannot resize {size} elements to {target}");
            if (crops) plan.Add((axes[i], CropPlaces(size, target, roi[i], roi[axes.Length + i]), scale));
            else if (scale != 1) plan.Add((axes[i], Places(call, size, target, scale), scale));
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
                // The middle of the result is that of the input, where the length was rounded.
                "half_pixel_symmetric" => size / 2f * (1 - target / (size * scale)) + (i + 0.5f) / scale - 0.5f,
                "align_corners" => target > 1 ? (float)i * (size - 1) / (target - 1) : 0,
                "asymmetric" => i / scale,
                _ => throw call.Error($"coordinate_transformation_mode = '{rule}' is not supported"),
            };
        }
        return places;
    }

    /// <summary>Places between start and end, given as parts of the axis; NaN outside of it.</summary>
    private static float[] CropPlaces(int size, int target, float start, float end)
    {
        float[] places = new float[target];
        for (int i = 0; i < target; i++)
        {
            float place = target > 1
                ? start * (size - 1) + i * (end - start) * (size - 1) / (target - 1)
                : (start + end) * (size - 1) / 2;
            places[i] = place >= 0 && place <= size - 1 ? place : float.NaN;
        }
        return places;
    }

    private static Tensor Extrapolate(Call call, Tensor x, int axis, float[] places)
    {
        if (x.Type != ElementType.Float) throw call.Error($"does not extrapolate elements of type {x.Type}");
        float value = call.Attributes.Float("extrapolation_value", 0);
        float[] y = x.ToFloats();
        int block = Strided.Of(x.Shape)[axis];
        for (int i = 0; i < y.Length; i++)
            if (float.IsNaN(places[i / block % places.Length])) y[i] = value;
        return Tensor.Of(y, x.Shape);
    }

    /// <summary>The elements that places are rounded to.</summary>
    public static int[] Nearest(Call call, float[] places, int size)
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

    private static Tensor Sum(Tensor x, int axis, ResizeTaps taps, int[] shape)
    {
        int size = x.Shape[axis], block = Tensor.ElementCount(shape.AsSpan(axis + 1)), outers = Tensor.ElementCount(shape.AsSpan(0, axis));
        float[] y = new float[Tensor.ElementCount(shape)];
        ReadOnlySpan<float> from = x.AsSpan<float>();
        for (int outer = 0; outer < outers; outer++)
        {
            for (int tap = 0; tap < taps.Sources.Length; tap++)
            {
                Span<float> to = y.AsSpan((outer * shape[axis] + tap / taps.Count) * block, block);
                ReadOnlySpan<float> source = from.Slice((outer * size + taps.Sources[tap]) * block, block);
                float weight = taps.Weights[tap];
                for (int i = 0; i < block; i++) to[i] += weight * source[i];
            }
        }
        return Tensor.Of(y, shape);
    }
}
