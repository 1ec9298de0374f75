namespace EdgeKit.Onnx.Expansions;

/// <summary>GRU (ONNX, operator GRU), gates in the order update, reset, hidden.</summary>
internal static class Gru
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        // With linear_before_reset the hidden gate's recurrent bias is reset too, so it cannot be added beforehand.
        bool resetsProduct = e.Attributes.Int("linear_before_reset", 0) != 0;
        return RecurrentLayer.Expand(e, gates: 3, initial: [5], (layer, direction) =>
        {
            var activations = new RecurrentActivations(e, layer.Count, "Sigmoid", "Tanh");
            int n = layer.Hidden;
            Value weights = layer.Recurrent(direction), gateWeights = e.Slice(weights, 0, 0, 2 * n), hiddenWeights = e.Slice(weights, 0, 2 * n, 3 * n);
            Value? hiddenBias = resetsProduct ? layer.RecurrentBias(direction, 2) : null;
            return (x, state) =>
            {
                Value? h = state[0];
                Value both = e.Slice(x, 1, 0, 2 * n), hidden = e.Slice(x, 1, 2 * n, 3 * n);
                Value[] gates = e.Split(activations.Apply(direction, 0, h is null ? both : e.Add("Add", [both, layer.Product(h, gateWeights)])), 1, 2);
                (Value update, Value reset) = (gates[0], gates[1]);
                Value? reread = resetsProduct
                    ? h is not null ? e.Add("Mul", [reset, layer.Product(h, hiddenWeights, hiddenBias)])
                        : hiddenBias is not null ? e.Add("Mul", [reset, hiddenBias]) : null
                    : h is not null ? layer.Product(e.Add("Mul", [reset, h]), hiddenWeights) : null;
                Value candidate = activations.Apply(direction, 1, reread is null ? hidden : e.Add("Add", [hidden, reread]));
                // (1 - z) c + z h as c + z (h - c).
                Value change = h is null ? e.Add("Neg", [candidate]) : e.Add("Sub", [h, candidate]);
                return [e.Add("Add", [candidate, e.Add("Mul", [update, change])])];
            };
        }, separateBiases: resetsProduct ? 1 : 0);
    }
}
