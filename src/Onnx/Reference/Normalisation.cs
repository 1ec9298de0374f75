namespace EdgeKit.Onnx.Reference;

/// <summary>Normalisation layers as they act at inference.</summary>
internal static class Normalisation
{
    /// <summary>scale (x - mean) / sqrt(variance + epsilon) + bias with the running statistics; inputs x [N,C,...], scale, bias, mean, variance [C].</summary>
    public static Tensor[] BatchNormalization(Call call)
    {
        Tensor x = call.Float(0);
        if (x.Rank < 2) throw call.Error($"wants an input of rank 2 or more, not {x}");
        int channels = x.Shape[1], plane = Strided.Of(x.Shape)[1];
        ReadOnlySpan<float> scale = call.FloatVector(1, channels), bias = call.FloatVector(2, channels);
        ReadOnlySpan<float> mean = call.FloatVector(3, channels), variance = call.FloatVector(4, channels);
        float epsilon = call.Attributes.Float("epsilon", 1e-5f);
        float[] y = x.ToFloats();
        for (int i = 0; i < y.Length; i += plane)
        {
            int c = i / plane % channels;
            float gain = scale[c] / MathF.Sqrt(variance[c] + epsilon);
            foreach (ref float v in y.AsSpan(i, plane)) v = (v - mean[c]) * gain + bias[c];
        }
        return [Tensor.Of(y, x.Shape)];
    }

    /// <summary>Normalisation over the axes from <c>axis</c> on; inputs x, scale and optional bias of the shape of those axes, or of one element.</summary>
    public static Tensor[] LayerNormalization(Call call)
    {
        Tensor x = call.Float(0);
        if (x.Rank == 0) throw call.Error("needs at least one axis");
        int axis = call.Axis(-1, x.Rank);
        int n = call.Count(x.Shape.AsSpan(axis));
        ReadOnlySpan<float> scale = Spread(1), bias = call.Optional(2) is null ? new float[n] : Spread(2);
        float epsilon = call.Attributes.Float("epsilon", 1e-5f);
        float[] y = x.ToFloats();
        for (int first = 0; first < y.Length; first += n)
        {
            Span<float> row = y.AsSpan(first, n);
            double mean = 0, variance = 0;
            foreach (float v in row) mean += v;
            mean /= n;
            foreach (float v in row) variance += (v - mean) * (v - mean);
            double gain = 1 / Math.Sqrt(variance / n + epsilon);
            for (int i = 0; i < n; i++) row[i] = (float)((row[i] - mean) * gain) * scale[i] + bias[i];
        }
        return [Tensor.Of(y, x.Shape)];

        ReadOnlySpan<float> Spread(int input)
        {
            Tensor given = call.Float(input);
            return given.Length == n ? given.AsSpan<float>() : Broadcasting.Expand(call, given, x.Shape[axis..]).AsSpan<float>();
        }
    }

    /// <summary>Local response normalisation across channels: x / (bias + alpha / size * sum of squares)^beta.</summary>
    public static Tensor[] Lrn(Call call)
    {
        Tensor x = call.Float(0);
        if (x.Rank < 2) throw call.Error($"wants an input of rank 2 or more, not {x}");
        int size = call.Attributes.Int("size", 0);
        if (size < 1) throw call.Error($"size = {size} must be positive");
        float alpha = call.Attributes.Float("alpha", 1e-4f), beta = call.Attributes.Float("beta", 0.75f), bias = call.Attributes.Float("bias", 1f);
        int channels = x.Shape[1], plane = Strided.Of(x.Shape)[1];
        ReadOnlySpan<float> from = x.AsSpan<float>();
        float[] y = new float[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / plane % channels;
            // An even window reaches one channel further to the right.
            int first = Math.Max(c - (size - 1) / 2, 0), last = (int)Math.Min(c + (long)size / 2, channels - 1);
            double squares = 0;
            for (int other = first; other <= last; other++)
            {
                float v = from[i + (other - c) * plane];
                squares += v * v;
            }
            y[i] = (float)(from[i] / Math.Pow(bias + alpha / size * squares, beta));
        }
        return [Tensor.Of(y, x.Shape)];
    }
}
