namespace EdgeKit.Onnx.Expansions;

/// <summary>RNN (ONNX, operator RNN): h = f(x W + h R + biases).</summary>
internal static class Rnn
{
    public static IReadOnlyList<Value?>? Expand(Expansion e) => RecurrentLayer.Expand(e, gates: 1, initial: [5], (layer, direction) =>
    {
        var activations = new RecurrentActivations(e, layer.Count, "Tanh");
        Value weights = layer.Recurrent(direction);
        return (x, state) => [activations.Apply(direction, 0, state[0] is { } h ? e.Add("Add", [x, layer.Product(h, weights)]) : x)];
    });
}
