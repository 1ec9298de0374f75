using EdgeKit.Cli.Models;
using EdgeKit.Onnx;
using EdgeKit.Pruning;

namespace EdgeKit.Cli.Compressing;

/// <summary>Prunes a model.</summary>
internal static class PruneStep
{
    /// <summary>Makes the pruned graph, which carries the model's preprocessing; a budget that cannot be met is a note.</summary>
    public static PruneResult Run(OnnxModel model, PruneOptions options, Terminal terminal)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized; prune the float model it was made from");
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
        if (result.Report.Shortfall is { } shortfall) terminal.Note(shortfall);
        return result;
    }
}
