using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>Decoders on outputs that tests write.</summary>
internal static class DecoderHarness
{
    public static Preprocessing Settings(int width, int height, string decoder, params string[] labels) => Preprocessing.Parse(
        $$"""{"width": {{width}}, "height": {{height}}, "mean": [0,0,0], "std": [1,1,1], "decoder": {{decoder}}, "labels": [{{string.Join(',', labels.Select(static l => $"\"{l}\""))}}]}""", "m.json");

    public static string[] Labels(int count) => [.. Enumerable.Range(0, count).Select(static i => $"c{i}")];

    public static ModelDecoder Create(Preprocessing preprocessing, params int[][] shapes) =>
        ModelDecoder.Create(preprocessing, [.. shapes.Select(static (s, i) => new OutputShape($"out{i}", s))], "m.onnx");

    /// <summary>Fills the outputs and decodes with the picture as large as the input.</summary>
    public static Findings Decode(ModelDecoder decoder, int width, int height, params float[][] outputs)
    {
        Fill(decoder, outputs);
        return decoder.Decode(new ImageMapping(1, 1, 0, 0), width, height);
    }

    public static void Fill(ModelDecoder decoder, params float[][] outputs)
    {
        for (int i = 0; i < outputs.Length; i++) outputs[i].CopyTo(decoder.Output(i));
    }

    public static float[] Random(int seed, int count, double low, double high)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(low + (high - low) * random.NextDouble()))];
    }

    /// <summary>From [rows, columns] to [columns, rows].</summary>
    public static float[] Transposed(float[] values, int rows)
    {
        int columns = values.Length / rows;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[i % rows * columns + i / rows])];
    }
}
