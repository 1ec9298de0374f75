using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;

namespace EdgeKit.Cli.Compressing;

/// <summary>Prunes a model.</summary>
internal static class PruneStep
{
    private const int MostPictures = 256;
    private const long MostPictureBytes = 256L << 20;

    /// <summary>Makes the pruned graph, which carries the model's preprocessing; the report says whether the budget is met.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="options">What to prune it to.</param>
    /// <param name="pictures">Pictures to score and to fit on; null for none.</param>
    /// <param name="terminal">Where progress goes.</param>
    public static PruneResult Run(OnnxModel model, PruneOptions options, IReadOnlyList<ImageItem>? pictures, Terminal terminal)
    {
        RequireFloat(model);
        options = options with { BatchNorms = model.BatchNorms };
        if (pictures is not null) options = options with { Pictures = Some(pictures, model, terminal) };
        PruneResult result;
        using (var progress = new Progress(terminal, "pruning"))
        {
            try
            {
                result = Pruner.Prune(model.Graph, options, progress, terminal.Cancel);
            }
            catch (ModelException e)
            {
                throw new ModelException($"{model.Path}: {e.Message}", e);
            }
        }
        return result;
    }

    // They are gone through again and again, so they are held: as many as a bounded memory takes.
    private static Tensor[] Some(IReadOnlyList<ImageItem> pictures, OnnxModel model, Terminal terminal)
    {
        long most = MostPictureBytes / (sizeof(float) * Tensor.ElementCount(model.Graph.Inputs[0].Dims));
        int count = (int)Math.Min(Math.Clamp(most, 8, MostPictures), pictures.Count);
        var read = new CalibrationPictures([.. Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Count / count)])], model.RequirePreprocessing());
        Tensor[] inputs = [.. read];
        foreach (string note in read.Notes) terminal.Note($"note: {note}");
        return inputs;
    }

    /// <exception cref="CliException">The model is quantized.</exception>
    public static void RequireFloat(OnnxModel model)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized; prune the float model it was made from");
    }
}
