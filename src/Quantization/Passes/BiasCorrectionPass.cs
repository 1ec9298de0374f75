using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Moves what quantization shifts on average into the biases.</summary>
internal sealed class BiasCorrectionPass : QuantizationPass
{
    // Fewer pictures tell too little about a mean to judge by some of them.
    private const int FewestPictures = 8;
    private const int MostPictures = 96;

    // Multiply-accumulates that the pass may spend.
    private const double Budget = 16e11;

    public override string Name => "bias-correction";

    public override string Explanation =>
        "Runs the quantized model on the integer engine and, layer by layer, adds to each bias the mean difference to the float model; undone where pictures held back get worse.";

    public override string Applies => $"layers with a bias or room for one, from {FewestPictures} pictures on";

    public override string? Run(QuantizationRun run)
    {
        List<Node[]> levels = BiasCorrection.Levels(run.Plan);
        if (levels.Count == 0) return null;
        if (run.ImageCount < FewestPictures) return $"left out: there are {run.ImageCount} pictures, it needs {FewestPictures}";
        if (!IntegerEngine.CanRun(run.Graph)) return "left out: the runtime does not take every operator of the model";

        double cost = Math.Max(1, ModelSummary.Of(run.Graph).Macs) * Math.Max(1, levels.Count / 2.0);
        HeldPictures pictures = HeldPictures.Pick(run, (int)Math.Clamp(Budget / cost, FewestPictures, MostPictures));
        var error = new OutputError(run, pictures);
        run.Uncorrected = new Dictionary<string, QuantizedLayer>(run.Layers, StringComparer.Ordinal);
        return OrUndo(run, error.Decibels, () =>
        {
            foreach ((string name, QuantizedLayer layer) in run.RoundedForCorrection) run.Layers[name] = layer;
            return $"{new BiasCorrection(run, pictures, levels).Run()} channels corrected on {pictures.All.Count} pictures";
        });
    }

    /// <summary>Changes the layers, and takes the change back where the model gets no better.</summary>
    /// <param name="run">The layers.</param>
    /// <param name="decibels">How good the model is.</param>
    /// <param name="change">Changes the layers and says how.</param>
    internal static string OrUndo(QuantizationRun run, Func<double> decibels, Func<string> change)
    {
        double before = decibels();
        var kept = new Dictionary<string, QuantizedLayer>(run.Layers, StringComparer.Ordinal);
        string done = change();
        double after = decibels();
        string figures = string.Create(CultureInfo.InvariantCulture, $"outputs on held-back pictures {before:F1} dB before, {after:F1} dB after");
        if (after > before) return $"{done}; {figures}";
        foreach ((string name, QuantizedLayer layer) in kept) run.Layers[name] = layer;
        return $"undone: {figures}";
    }
}
