using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// For weights with one scale a layer: cross-layer equalization (Nagel et al., "Data-Free Quantization", 2019, 4.1). Each channel between two layers is scaled so that
/// its row before and its column after have the same largest weight; repeated over all pairs until nothing moves, so that depthwise triplets settle together.
/// </summary>
internal static class CrossLayerEqualization
{
    private const int Sweeps = 40;
    private const float Settled = 1e-3f;
    private const float LargestStep = 10;

    /// <summary>Equalizes all pairs.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <param name="takes">Which pairs.</param>
    /// <param name="ranges">
    /// What was measured between the layers; no channel is then scaled beyond its tensor's range, so that a channel with small weights and a large bias does not widen it.
    /// </param>
    /// <param name="keepClips">Whether channels that were seen to reach a clip keep their scale, so that clips act on what they acted on before.</param>
    /// <returns>Number of pairs.</returns>
    public static int Run(Graph graph, Func<Junction, bool> takes, ChannelRanges? ranges = null, bool keepClips = false)
    {
        List<Junction> junctions = [.. Junction.Find(graph).Where(takes)];
        bool[]?[] kept = [.. junctions.Select(j => keepClips && j.Bound is { } bound && ranges is not null ? Array.ConvertAll(ranges[j.Tensor.Name], r => r.High >= bound) : null)];
        float[][] total = [.. junctions.Select(static j => Enumerable.Repeat(1f, j.Writer.Outputs).ToArray())];
        float[]?[] largest = [.. junctions.Select(j => ranges is null ? null : RangeEqualization.Factors(ranges[j.Tensor.Name]))];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            float moved = 0;
            for (int j = 0; j < junctions.Count; j++)
            {
                float[] factors = Factors(junctions[j]);
                for (int c = 0; c < factors.Length; c++)
                {
                    if (kept[j]?[c] == true) factors[c] = 1;
                    if (largest[j] is { } limit) factors[c] = MathF.Min(factors[c], limit[c] / total[j][c]);
                    total[j][c] *= factors[c];
                    moved = MathF.Max(moved, MathF.Abs(factors[c] - 1));
                }
                junctions[j].Scale(factors);
            }
            if (moved < Settled) break;
        }
        EqualizedScales.Record(graph, junctions.Zip(total).SelectMany(static p => p.First.Scaled(p.Second)));
        graph.RemoveDead();
        return junctions.Count;
    }

    private static float[] Factors(Junction junction)
    {
        float[] rows = new float[junction.Writer.Outputs], columns = new float[rows.Length];
        float[] written = junction.Writer.Weights(), read = junction.Reader.Weights();
        for (int i = 0; i < written.Length; i++)
        {
            int o = i / junction.Writer.Columns;
            rows[o] = MathF.Max(rows[o], MathF.Abs(written[i]));
        }
        for (int i = 0; i < read.Length; i++)
        {
            int c = junction.Reader.ChannelOf(i);
            columns[c] = MathF.Max(columns[c], MathF.Abs(read[i]));
        }
        return [.. rows.Zip(columns, static (r, c) => MathF.Sqrt(c / r) is var f && float.IsNormal(f) ? Math.Clamp(f, 1 / LargestStep, LargestStep) : 1)];
    }
}
