using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>Quantizes a model on pictures.</summary>
internal static class QuantizeStep
{
    /// <summary>Makes the QDQ graph, which carries the model's preprocessing.</summary>
    /// <exception cref="CliException">The model is quantized already, or how pictures go in is not known.</exception>
    public static QuantizeResult Run(OnnxModel model, IReadOnlyCollection<ImageItem> pictures, QuantizeOptions settings, Terminal terminal) =>
        Calibrate(model, pictures, settings, terminal).Write();

    /// <summary>Calibrates the model, to be written with any operators in float.</summary>
    /// <exception cref="CliException">The model is quantized already, or how pictures go in is not known.</exception>
    public static QuantizedModel Calibrate(OnnxModel model, IReadOnlyCollection<ImageItem> pictures, QuantizeOptions settings, Terminal terminal)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized already; quantize the float model it was made from");
        Preprocessing preprocessing = model.RequirePreprocessing();
        var ranges = new Dictionary<string, ValueRange>(settings.Ranges, StringComparer.Ordinal);
        ranges.TryAdd(model.Graph.Inputs[0].Name, InputRange(preprocessing));
        using var progress = new PassProgress(terminal, pictures.Count);
        return Quantizer.Calibrate(model.Graph, PictureReader.ReadAll(pictures, preprocessing), settings with { Ranges = ranges }, progress, terminal.Cancel);
    }

    /// <summary>The range of (x - mean) / std for samples from 0 to 255, over the three channels.</summary>
    private static ValueRange InputRange(Preprocessing p)
    {
        float[] ends = [.. p.Mean.Zip(p.Std, static (mean, std) => new[] { -mean / std, (byte.MaxValue - mean) / std }).SelectMany(static e => e)];
        return new ValueRange(ends.Min(), ends.Max());
    }
}
