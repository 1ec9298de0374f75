using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization.Passes;

/// <summary>Rounds the weights of a layer together.</summary>
internal sealed class RoundingPass : QuantizationPass
{
    private const int Pictures = 64;
    private const int FewestPictures = 8;
    private const int LargestColumns = 4608;
    private const double Damping = 0.005;

    public override string Name => "rounding";

    public override string Explanation => "Rounds weights up or down so that the errors of a row cancel in the layer's output (GPTQ), from the second moments of what the layer reads.";

    public override string Applies => $"convolutions and matrices with constant weights of at most {LargestColumns} columns, from {FewestPictures} pictures on";

    public override string? Run(QuantizationRun run)
    {
        if (run.ImageCount < FewestPictures) return $"left out: there are {run.ImageCount} pictures, it needs {FewestPictures}";
        if (run.Graph.Inputs.Count != 1 || !IntegerEngine.CanRun(run.Graph)) return "left out: needs a model with one input that the runtime takes";
        LinearLayer[] layers = [.. run.Plan.WeightedNodes.Select(LinearLayer.Of).Where(static l => l is { Columns: <= LargestColumns }).Select(static l => l!)];
        string input = run.Graph.Inputs[0].Name;
        Tensor[] pictures = [.. HeldPictures.Pick(run, Pictures).All.Select(p => p[input])];
        Dictionary<Node, GramMatrix[]> moments = LayerStatistics.Collect(run.Graph, layers, pictures, progress: new Steps(run, pictures.Length), pictureCount: pictures.Length, cancel: run.Cancel);
        bool corrects = QuantizationPasses.IsOn(new BiasCorrectionPass(), run.Options);
        int bettered = 0, rows = 0;
        foreach (LinearLayer layer in layers)
        {
            run.Cancel.ThrowIfCancellationRequested();
            (QuantizedLayer rounded, int rowsBettered) = Round(run, layer, moments[layer.Node], centred: false);
            // A mean difference is bias correction's to undo, which leaves rounding more freedom: only good together with it.
            if (corrects && !layer.Node.Is("MatMul")) run.RoundedForCorrection[layer.Node.Name] = Round(run, layer, moments[layer.Node], centred: true).Layer;
            run.Layers[layer.Node.Name] = rounded;
            bettered += rowsBettered;
            rows += layer.Outputs;
        }
        return $"{bettered} of {rows} rows in {layers.Length} layers rounded better than to nearest";
    }

    private static (QuantizedLayer Layer, int Bettered) Round(QuantizationRun run, LinearLayer layer, GramMatrix[] moments, bool centred)
    {
        QuantizedLayer stored = run.Layers[layer.Node.Name];
        float[] weights = layer.Weights();
        var codes = new sbyte[weights.Length];
        float step = run.Tensors[layer.Input.Name].Parameters.Scale;
        int bettered = 0;
        Parallel.For(0, layer.Groups, group =>
        {
            GramMatrix gram = moments[group];
            SquareMatrix h = centred ? gram.ToCentredMatrix() : gram.ToMatrix();
            // The input's own rounding adds noise of a twelfth of a step squared to every column.
            var rounding = new GramRounding(h, h.MeanDiagonal * Damping + gram.Samples * (double)step * step / 12);
            Parallel.For(group * layer.OutputsPerGroup, (group + 1) * layer.OutputsPerGroup, o =>
            {
                bool better = rounding.Round(weights.AsSpan(o * layer.Columns, layer.Columns), stored.Scales[o % stored.Scales.Length], codes.AsSpan(o * layer.Columns, layer.Columns));
                if (better) Interlocked.Increment(ref bettered);
            });
        });
        return (stored with { Weight = layer.Stored(codes) }, bettered);
    }

    private sealed class Steps(QuantizationRun run, int total) : IProgress<double>
    {
        public void Report(double value) => run.Progress?.Report(new QuantizeProgress("rounding", (int)(value * total), total));
    }
}
