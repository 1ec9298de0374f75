using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Moving;

/// <summary>
/// An operator that only moves elements: layout, joining, splitting, picking, padding, repeating. Where each element comes from is found once, by running the
/// reference operator on the elements' numbers; so every such operator is this one.
/// </summary>
internal sealed class MovingStep : Step
{
    private readonly Moves[] _moves;
    private readonly float _fill;
    private readonly bool _alias;
    private readonly bool[] _covered;

    public MovingStep(Node node, Slot?[] inputs, Slot[] outputs, Moves[] moves, float fill) : base(node, inputs, outputs)
    {
        _moves = moves;
        _fill = fill;
        _alias = moves.Length == 1 && moves[0].Alias is { } only && Input(only).PerImage == Output.PerImage;
        _covered = [.. Enumerable.Range(0, inputs.Length).Select(i => inputs[i] is { } slot && slot.PerImage == Output.PerImage && Moves.Covers(moves, i, slot.Length))];
    }

    public override void Forward(Pass pass)
    {
        if (_alias)
        {
            pass.Alias(Output, Input(_moves[0].Alias!.Value));
            return;
        }
        foreach (Slot output in Outputs) pass.Create(output);
        pass.Workers.For(Copies(pass), image =>
        {
            for (int o = 0; o < Outputs.Length; o++)
            {
                Span<float> y = Outputs[o].Values.Slice(image * Outputs[o].Length, Outputs[o].Length);
                if (_moves[o].Fills) y.Fill(_fill);
                for (int i = 0; i < Inputs.Length; i++)
                {
                    if (Inputs[i] is { Data: not null } slot && _moves[o].Reads(i))
                        _moves[o].Copy(i, slot.Values.Slice(slot.PerImage ? image * slot.Length : 0, slot.Length), y);
                }
            }
        });
    }

    public override void Backward(Pass pass)
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is not { NeedsGradient: true } slot) continue;
            if (_alias)
            {
                pass.Pipe(Output, slot);
                continue;
            }
            Block dx = pass.Ask(slot);
            int input = i;
            bool copies = _covered[i] && Array.TrueForAll(Outputs, static o => o.Gradient is not null);
            if (!copies) dx.Values.Clear();
            if (slot.PerImage || !Output.PerImage) pass.Workers.For(Copies(pass), image => Scatter(input, image, dx.Values.Slice(image * slot.Length, slot.Length), copies));
            else for (int image = 0; image < pass.Batch; image++) Scatter(input, image, dx.Values[..slot.Length], copy: false);
            pass.Give(slot, dx);
        }
    }

    private void Scatter(int input, int image, Span<float> dx, bool copy)
    {
        for (int o = 0; o < Outputs.Length; o++)
        {
            if (Outputs[o].Gradient is { } dy && _moves[o].Reads(input))
                _moves[o].Scatter(input, dy.Values.Slice(image * Outputs[o].Length, Outputs[o].Length), dx, copy);
        }
    }
}
