using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Rounds weights to int8.</summary>
internal sealed class WeightsPass : QuantizationPass
{
    public override string Name => "weights";

    public override string Explanation => "Rounds weights to 8 bits, with one scale an output channel or, by --weights per-tensor, one a layer.";

    public override bool CanBeLeftOut => false;

    public override string? Run(QuantizationRun run)
    {
        foreach (Node node in run.Plan.WeightedNodes)
        {
            int axis = WeightQuantizer.ChannelAxis(node);
            Tensor weight = node.ConstantInput(1)!;
            float[]? bias = node.ConstantInput(2)?.ToFloats();
            float[] scales = WeightQuantizer.Scales(weight, axis, run.Options.Weights, bias, run.Tensors[node.Input(0).Name].Parameters.Scale);
            run.Layers[node.Name] = new QuantizedLayer(WeightQuantizer.Round(weight, axis, scales), axis, scales, bias);
        }
        return $"{run.Layers.Count} layers";
    }
}
