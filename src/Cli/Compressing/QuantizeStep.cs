using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>How to quantize.</summary>
/// <param name="Method">How ranges of activations are chosen.</param>
/// <param name="Percentile">For that method: percent of the values to keep.</param>
/// <param name="Activations">How activations are stored.</param>
internal sealed record QuantizeSettings(CalibrationMethod Method, double Percentile, ActivationScheme Activations);

/// <summary>Quantizes a model on pictures.</summary>
internal static class QuantizeStep
{
    /// <summary>Makes the QDQ graph, which carries the model's preprocessing.</summary>
    /// <exception cref="CliException">The model is quantized already, or how pictures go in is not known.</exception>
    public static QuantizeResult Run(OnnxModel model, IReadOnlyCollection<ImageItem> pictures, QuantizeSettings settings, Terminal terminal)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized already; quantize the float model it was made from");
        Preprocessing preprocessing = model.RequirePreprocessing();
        using var progress = new Progress(terminal, "calibrating", pictures.Count);
        return Quantizer.Quantize(model.Graph, PictureReader.ReadAll(pictures, preprocessing), new QuantizeOptions
        {
            Method = settings.Method,
            Percentile = settings.Percentile,
            Activations = settings.Activations,
            InputRanges = new Dictionary<string, ValueRange> { [model.Graph.Inputs[0].Name] = InputRange(preprocessing) },
        }, progress, terminal.Cancel);
    }

    /// <summary>The range of (x - mean) / std for samples from 0 to 255, over the three channels.</summary>
    private static ValueRange InputRange(Preprocessing p)
    {
        float[] ends = [.. p.Mean.Zip(p.Std, static (mean, std) => new[] { -mean / std, (byte.MaxValue - mean) / std }).SelectMany(static e => e)];
        return new ValueRange(ends.Min(), ends.Max());
    }
}
