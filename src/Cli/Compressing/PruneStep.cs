using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;

namespace EdgeKit.Cli.Compressing;

/// <summary>Prunes a model.</summary>
internal static class PruneStep
{
    /// <summary>Means of activations settle with few pictures.</summary>
    private const int MostPictures = 64;

    /// <summary>Makes the pruned graph, which carries the model's preprocessing; the report says whether the budget is met.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="options">What to prune it to.</param>
    /// <param name="pictures">Pictures to correct the biases on; null leaves them.</param>
    /// <param name="terminal">Where progress goes.</param>
    public static PruneResult Run(OnnxModel model, PruneOptions options, IReadOnlyCollection<ImageItem>? pictures, Terminal terminal)
    {
        RequireFloat(model);
        if (pictures is not null)
        {
            int every = Math.Max(1, pictures.Count / MostPictures);
            options = options with { Pictures = PictureReader.ReadAll(pictures.Where((_, i) => i % every == 0).Take(MostPictures), model.RequirePreprocessing()) };
        }
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

    /// <exception cref="CliException">The model is quantized.</exception>
    public static void RequireFloat(OnnxModel model)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized; prune the float model it was made from");
    }
}
