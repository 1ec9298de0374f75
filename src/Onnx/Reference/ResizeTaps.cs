namespace EdgeKit.Onnx.Reference;

/// <summary>The elements of an axis whose weighted sum is an element of the resized axis, as many for each.</summary>
/// <param name="Count">Elements of a sum.</param>
/// <param name="Sources">Their places, those of sum i at i * Count.</param>
/// <param name="Weights">Their weights, which add up to 1.</param>
internal sealed record ResizeTaps(int Count, int[] Sources, float[] Weights)
{
    /// <summary>Most elements of a sum: shrinking to less than a hundredth with antialiasing.</summary>
    private const int MaxCount = 512;

    /// <summary>Most elements of all sums of an axis.</summary>
    private const int MaxTotal = 1 << 26;

    /// <summary>The sums of a linear or cubic Resize (ONNX, operator Resize), which antialiasing widens where the axis shrinks.</summary>
    /// <param name="attributes">Of the Resize.</param>
    /// <param name="size">Elements of the axis.</param>
    /// <param name="scale">Size of the result over that of the input.</param>
    /// <param name="places">Where each element of the result lies on the axis.</param>
    public static ResizeTaps Of(AttributeMap attributes, int size, float scale, float[] places)
    {
        bool cubic = attributes.String("mode", "nearest") == "cubic", excludes = attributes.Int("exclude_outside", 0) != 0;
        float coefficient = attributes.Float("cubic_coeff_a", -0.75f);
        float shrink = attributes.Int("antialias", 0) != 0 && scale < 1 ? scale : 1;
        int reach = cubic ? 2 : 1, start = (int)MathF.Floor(-reach / shrink) + 1, count = 2 - 2 * start;
        if (count > MaxCount) throw new ModelException($"shrinks by {1 / scale:G3} with antialiasing, over {count} elements; at most {MaxCount} are supported");
        if ((long)places.Length * count > MaxTotal) throw new ModelException($"resizes an axis of {size} to {places.Length}, which is too large");
        var taps = new ResizeTaps(count, new int[places.Length * count], new float[places.Length * count]);
        for (int i = 0; i < places.Length; i++)
        {
            float floor = MathF.Floor(places[i]), part = places[i] - floor;
            float sum = 0;
            for (int t = 0; t < count; t++)
            {
                float distance = Math.Abs(start + t - part) * shrink;
                float weight = cubic ? CubicWeight(distance, coefficient) : Math.Max(0, 1 - distance);
                int source = (int)floor + start + t;
                if (excludes && (source < 0 || source >= size)) weight = 0;
                taps.Sources[i * count + t] = Math.Clamp(source, 0, size - 1);
                taps.Weights[i * count + t] = weight;
                sum += weight;
            }
            for (int t = 0; t < count; t++) taps.Weights[i * count + t] /= sum;
        }
        return taps;
    }

    /// <summary>The four weights of a position <paramref name="part"/> after the second element.</summary>
    public static float[] CubicWeights(float part, float coefficient) =>
        [CubicWeight(1 + part, coefficient), CubicWeight(part, coefficient), CubicWeight(1 - part, coefficient), CubicWeight(2 - part, coefficient)];

    private static float CubicWeight(float distance, float a) =>
        distance <= 1 ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
        : distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
        : 0;
}
