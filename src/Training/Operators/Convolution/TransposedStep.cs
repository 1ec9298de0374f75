using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>
/// ConvTranspose: what a convolution from its output to its input would send backward. Its weights [C, M/groups, kernel] are that convolution's, with C output
/// channels.
/// </summary>
internal sealed class TransposedStep(Node node, Slot?[] inputs, Slot[] outputs, Geometry geometry, int groups) : Step(node, inputs, outputs)
{
    private readonly ConvolutionCore _core = new(geometry, inputs[1]!.Shape, groups);
    private readonly InputGradient _forward = InputGradient.Of(new Patches(geometry, groups), new WeightLayout(inputs[1]!.Shape[0] / groups, inputs[1]!.Shape[1], geometry.Taps), groups);

    public override bool SavesInput(int index) => index switch
    {
        0 => Input(1).NeedsGradient,
        1 => Input(0).NeedsGradient,
        _ => false,
    };

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        _forward.Compute(pass, Input(1).Data!, Input(0).Data!, Output.Data!);
        if (Inputs.Length < 3 || Inputs[2] is not { } bias) return;
        int channels = Output.Channels;
        pass.Workers.Ranges(pass.Count(Output) / channels, 1024, (first, count) =>
        {
            for (int r = first; r < first + count; r++) Vectors.Accumulate(bias.Values[..channels], Output.Values.Slice(r * channels, channels));
        });
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!;
        if (Input(1).NeedsGradient) pass.Give(Input(1), _core.WeightGradient(pass, dy, Input(0).Data!));
        if (Inputs.Length > 2 && Inputs[2] is { NeedsGradient: true } bias) pass.Give(bias, ColumnSums.Of(pass, dy, pass.Count(Output) / Output.Channels, Output.Channels));
        if (!Input(0).NeedsGradient) return;
        Block dx = pass.Ask(Input(0));
        _core.Compute(pass, dy, Input(1).Data!, null, dx);
        pass.Give(Input(0), dx);
    }
}
