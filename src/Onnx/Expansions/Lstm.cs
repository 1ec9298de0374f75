namespace EdgeKit.Onnx.Expansions;

/// <summary>LSTM (ONNX, operator LSTM), gates in the order input, output, forget, cell; with peepholes where they are given.</summary>
internal static class Lstm
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        bool coupled = e.Attributes.Int("input_forget", 0) != 0;
        return RecurrentLayer.Expand(e, gates: 4, initial: [5, 6], (layer, direction) =>
        {
            var activations = new RecurrentActivations(e, layer.Count, "Sigmoid", "Tanh", "Tanh");
            Value weights = layer.Recurrent(direction);
            Value?[] peepholes = [.. Enumerable.Range(0, 3).Select(i => layer.Peephole(direction, i))];
            return (x, state) =>
            {
                (Value? h, Value? c) = (state[0], state[1]);
                Value[] gates = e.Split(h is null ? x : e.Add("Add", [x, layer.Product(h, weights)]), 1, 4);
                Value input = Gate(gates[0], c, peepholes[0]), candidate = activations.Apply(direction, 1, gates[3]);
                Value cell = e.Add("Mul", [input, candidate]);
                if (c is not null)
                {
                    Value forget = coupled ? e.Add("Sub", [e.Number(1), input]) : Gate(gates[2], c, peepholes[2]);
                    cell = e.Add("Add", [e.Add("Mul", [forget, c]), cell]);
                }
                Value output = Gate(gates[1], cell, peepholes[1]);
                return [e.Add("Mul", [output, activations.Function(direction, 2, cell)]), cell];

                Value Gate(Value gate, Value? seen, Value? peephole) =>
                    activations.Apply(direction, 0, seen is null || peephole is null ? gate : e.Add("Add", [gate, e.Add("Mul", [seen, peephole])]));
            };
        });
    }
}
