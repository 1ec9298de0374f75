using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Brings the graph into the form that the other passes know.</summary>
internal sealed class NormalisePass : QuantizationPass
{
    public override string Name => "normalise";

    public override string Explanation =>
        "Folds batch normalisation into the layers before it (keeping its statistics) and recognises operators that exporters spell out.";

    public override bool CanBeLeftOut => false;

    public override string? Run(QuantizationRun run)
    {
        Graph graph = run.Graph;
        ShapeInference.Run(graph);
        int rewrites = Declutter.Run(graph, run.BatchNorms);
        ShapeInference.Run(graph);
        BatchNormToConv.Run(graph);
        return rewrites == 0 ? null : $"{rewrites} rewrites, {run.BatchNorms.Count} batch normalisations folded";
    }
}
