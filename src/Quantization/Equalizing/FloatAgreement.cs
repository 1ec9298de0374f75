using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>How alike the outputs of two float graphs are on calibration pictures.</summary>
internal static class FloatAgreement
{
    /// <summary>Signal to noise of <paramref name="other"/>'s outputs against those of the run's graph, in decibels over all outputs together.</summary>
    public static double Decibels(QuantizationRun run, Graph other, int pictures)
    {
        string[] outputs = [.. run.Graph.Outputs.Select(static v => v.Name)];
        HeldPictures picked = HeldPictures.Pick(run, pictures);
        Dictionary<string, float[]>[] a = Outputs(run.Graph), b = Outputs(other);
        double signal = 0, noise = 0;
        for (int i = 0; i < a.Length; i++)
        {
            foreach (string name in outputs)
            {
                foreach ((float x, float y) in a[i][name].Zip(b[i][name]))
                {
                    signal += (double)x * x;
                    noise += ((double)x - y) * ((double)x - y);
                }
            }
        }
        return 10 * Math.Log10((signal + double.Epsilon) / (noise + double.Epsilon));

        Dictionary<string, float[]>[] Outputs(Graph graph) => picked.Map(run.Options.Threads, () => run.Options.ActivationSource(graph), (source, picture) =>
        {
            var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
            source.Run(picture, outputs, (name, data) => values[name] = data.ToArray());
            return values;
        }, run.Cancel);
    }
}
