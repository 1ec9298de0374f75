using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>Conv, dense or in groups of several channels.</summary>
internal sealed class ConvolutionStep(Node node, Slot?[] inputs, Slot[] outputs, Geometry geometry, int groups) : Step(node, inputs, outputs)
{
    private readonly ConvolutionCore _core = new(geometry, inputs[1]!.Shape, groups);
    private readonly InputGradient _inputGradient =
        InputGradient.Of(new Patches(geometry, groups), new WeightLayout(inputs[1]!.Shape[0] / groups, inputs[1]!.Shape[1], geometry.Taps), groups);

    public override bool SavesInput(int index) => index switch
    {
        0 => Input(1).NeedsGradient,
        1 => Input(0).NeedsGradient,
        _ => false,
    };

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        _core.Compute(pass, Input(0).Data!, Input(1).Data!, Inputs.Length > 2 ? Inputs[2]!.Data : null, Output.Data!);
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!;
        if (Input(1).NeedsGradient) pass.Give(Input(1), _core.WeightGradient(pass, Input(0).Data!, dy));
        if (Inputs.Length > 2 && Inputs[2] is { NeedsGradient: true } bias) pass.Give(bias, ColumnSums.Of(pass, dy, pass.Batch * geometry.Places, Output.Channels));
        if (!Input(0).NeedsGradient) return;
        Block dx = pass.Ask(Input(0));
        _inputGradient.Compute(pass, Input(1).Data!, dy, dx);
        pass.Give(Input(0), dx);
    }
}
