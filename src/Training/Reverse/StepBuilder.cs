using EdgeKit.Onnx;
using EdgeKit.Training.Operators.Elementwise;
using EdgeKit.Training.Operators.Moving;

namespace EdgeKit.Training.Reverse;

/// <summary>What an operator needs to make its step of a node.</summary>
internal sealed class StepBuilder(NetworkBuilder network, Node node)
{
    private Value? _lastOutput;

    /// <summary>The node.</summary>
    public Node Node => node;

    /// <summary>Input <paramref name="index"/>, which must be there.</summary>
    public Slot Slot(int index) => network.SlotOf(node.Input(index));

    /// <summary>Input <paramref name="index"/>, or null where it is left out.</summary>
    public Slot? Optional(int index) => node.Optional(index) is { } value ? network.SlotOf(value) : null;

    /// <summary>All inputs, null where one is left out.</summary>
    public Slot?[] Slots() => [.. Enumerable.Range(0, node.Inputs.Count).Select(Optional)];

    /// <summary>Input <paramref name="index"/>, which must be computed from the network's input.</summary>
    public Slot PerImage(int index) =>
        Slot(index) is { PerImage: true } slot ? slot : throw ModelException.At(node, $"input {index} ('{node.Input(index).Name}') does not depend on the model's input, which cannot be trained through");

    /// <summary>Input <paramref name="index"/>, which must be a weight or computed from weights.</summary>
    public Slot Shared(int index) =>
        Slot(index) is { PerImage: false } slot ? slot : throw ModelException.At(node, $"input {index} ('{node.Input(index).Name}') depends on the model's input where weights are wanted, which cannot be trained through");

    /// <summary>Input <paramref name="index"/>, which must be a feature map [1,C,H,W].</summary>
    public Slot FeatureMap(int index) =>
        PerImage(index) is { Shape.Length: 4 } slot ? slot : throw ModelException.At(node, $"takes {Slot(index)}; only maps [1,C,H,W] can be trained through");

    /// <summary>The running statistic at input <paramref name="index"/>.</summary>
    public float[] Statistic(int index) => network.Statistic(node, node.Input(index));

    /// <summary>
    /// The bounds of the Relu or Clip that alone reads the output, which then belongs to this step, whose output is that node's; no bounds where there is none.
    /// </summary>
    public (float Low, float High) FollowingClamp()
    {
        Value output = node.Output;
        if (output.Consumers is not [{ } next] || !(next.Is("Relu") || next.Is("Clip")) || network.IsObserved(output)) return (float.NegativeInfinity, float.PositiveInfinity);
        network.Absorb(next);
        _lastOutput = next.Output;
        return ElementwiseOperators.Bounds(next);
    }

    /// <summary>The outputs.</summary>
    public Slot[] Outputs()
    {
        bool perImage = Slots().Any(static s => s is { PerImage: true });
        return [.. _lastOutput is null ? node.Outputs.Select(v => network.Create(v, perImage)) : [network.Create(_lastOutput, perImage)]];
    }

    /// <summary>A slot with its elements in the order of ONNX, and its leading dimensions as one where it was a feature map.</summary>
    public Slot RowMajor(Slot slot)
    {
        if (!slot.ChannelsLast) return slot;
        Slot flat = Flat(slot);
        network.Add(Rearrange(slot, flat, slot.Places(), flat.Places()));
        return flat;
    }

    /// <summary>Outputs for a step that computes in the order of ONNX; what turns them into feature maps comes behind the step.</summary>
    public Slot[] RowMajorOutputs()
    {
        Slot output = Outputs()[0];
        if (!output.ChannelsLast) return [output];
        Slot flat = Flat(output);
        network.AddLater(Rearrange(flat, output, flat.Places(), output.Places()));
        return [flat];
    }

    private static Slot Flat(Slot slot) => new($"{slot.Name} in order", [slot.Shape[0] * slot.Shape[1], .. slot.Shape[2..]], slot.PerImage);

    private MovingStep Rearrange(Slot from, Slot to, int[] fromPlaces, int[] toPlaces)
    {
        int[] places = new int[from.Length];
        for (int i = 0; i < places.Length; i++) places[toPlaces[i]] = fromPlaces[i];
        return new MovingStep(node, [from], [to], [new Moves(new int[from.Length], places, 0, [from.Length])], 0);
    }
}
