namespace EdgeKit.Onnx.Networks;

/// <summary>Normally distributed numbers.</summary>
internal static class Gaussian
{
    /// <summary>Fills with numbers of mean 0 and standard deviation <paramref name="sigma"/>, two at a time (Box and Muller, 1958).</summary>
    internal static void Fill(Random random, Span<float> values, double sigma)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(radius * cos);
            if (i + 1 < values.Length) values[i + 1] = (float)(radius * sin);
        }
    }
}
