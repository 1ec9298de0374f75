using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Moving;

/// <summary>Makes a <see cref="MovingStep"/> of a node by running it on the numbers of elements.</summary>
internal static class Tracer
{
    /// <summary>More elements than any input has: numbers of one input lie between multiples of it.</summary>
    private const long Stride = 1L << 32;

    /// <param name="node">The node.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="moved">How many inputs, from the first, are moved; the others say how, and are constants.</param>
    public static MovingStep Trace(Node node, Slot?[] inputs, Slot[] outputs, int moved)
    {
        var numbers = new Tensor?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } slot) continue;
            if (i < moved) numbers[i] = Tensor.Of([.. slot.Places().Select(place => i * Stride + place)], slot.Shape);
            else numbers[i] = slot.Constant ?? throw ModelException.At(node, $"input {i} is computed from data, which cannot be trained through");
        }
        // A fill that is left out is zero, and so is the first element's number.
        bool filled = node.Is("Pad");
        if (filled && numbers.Length < 3) Array.Resize(ref numbers, 3);
        if (filled) numbers[2] = Tensor.Scalar(-1L);
        Tensor[] traced = ReferenceOperators.Evaluate(node, numbers);

        var moves = new Moves[outputs.Length];
        for (int o = 0; o < outputs.Length; o++)
        {
            ReadOnlySpan<long> from = traced[o].AsSpan<long>();
            int[] places = outputs[o].Places(), sources = new int[from.Length], at = new int[from.Length];
            for (int i = 0; i < from.Length; i++)
            {
                sources[places[i]] = from[i] < 0 ? -1 : (int)(from[i] / Stride);
                at[places[i]] = (int)(from[i] < 0 ? 0 : from[i] % Stride);
            }
            moves[o] = new Moves(sources, at, outputs[o].ChannelsLast ? outputs[o].Channels : 0, [.. inputs.Select(static s => s?.Length ?? 0)]);
        }
        float fill = filled && inputs.Length > 2 && inputs[2] is { Constant: { } constant } ? constant.ToFloats()[0] : 0;
        return new MovingStep(node, [.. inputs.Select((s, i) => i < moved ? s : null)], outputs, moves, fill);
    }
}
