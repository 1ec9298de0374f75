using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Quantization;

/// <summary>How far the outputs of a quantized model are from the float model's on the pictures held back.</summary>
internal sealed class OutputError
{
    private readonly QuantizationRun _run;
    private readonly HeldPictures _pictures;
    private readonly float[][][] _float;
    private readonly string[] _outputs;
    private readonly string[] _inputs;

    /// <summary>Runs the float model.</summary>
    public OutputError(QuantizationRun run, HeldPictures pictures)
    {
        _run = run;
        _pictures = pictures;
        _outputs = [.. run.Graph.Outputs.Select(static v => v.Name)];
        _inputs = [.. run.Graph.Inputs.Select(static v => v.Name)];
        _float = Select(() => run.Options.ActivationSource(run.Graph), (source, picture) =>
        {
            var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
            source.Run(picture, _outputs, (name, data) => values[name] = data.ToArray());
            return _outputs.Select(o => values[o]).ToArray();
        });
    }

    /// <summary>Signal to noise of the outputs in decibels, the mean over the outputs.</summary>
    public double Decibels()
    {
        PlanFile plan = IntegerEngine.Compile(_run.Write(), _outputs);
        float[][][] measured = Select(() => new IntegerEngine(plan), (engine, picture) =>
        {
            engine.Run(picture, _inputs);
            return _outputs.Select((_, i) => engine.Output(i)).ToArray();
        });
        double total = 0;
        for (int o = 0; o < _outputs.Length; o++)
        {
            double signal = 0, noise = 0;
            for (int i = 0; i < measured.Length; i++)
            {
                for (int k = 0; k < measured[i][o].Length; k++)
                {
                    double r = _float[i][o][k], d = r - measured[i][o][k];
                    signal += r * r;
                    noise += d * d;
                }
            }
            total += 10 * Math.Log10((signal + double.Epsilon) / (noise + double.Epsilon));
        }
        return total / _outputs.Length;
    }

    private float[][][] Select<T>(Func<T> create, Func<T, IReadOnlyDictionary<string, Tensor>, float[][]> map) =>
        [.. _pictures.HeldBack().Map(_run.Options.Threads, create, map, _run.Cancel)];
}
