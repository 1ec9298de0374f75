namespace EdgeKit.Onnx.Networks;

/// <content>Recurrent layers on sequences [steps, 1, features].</content>
internal sealed partial class NetBuilder
{
    /// <summary>The states after the last step: [1, hidden], or [1, 2 hidden] where the layer goes both ways.</summary>
    /// <param name="name">Name of the layer.</param>
    /// <param name="x">The sequence.</param>
    /// <param name="cell">LSTM or GRU.</param>
    /// <param name="hidden">Size of the state.</param>
    /// <param name="bidirectional">Whether a second layer goes from the end to the start.</param>
    internal Value Recurrent(string name, Value x, string cell, int hidden, bool bidirectional)
    {
        int directions = bidirectional ? 2 : 1, gates = (cell == "LSTM" ? 4 : 3) * hidden, inputs = FeaturesOf(x);
        Value[] inputsOfCell =
        [
            x, Noise($"{name}.input", Math.Sqrt(1.0 / inputs), directions, gates, inputs), Noise($"{name}.recurrent", Math.Sqrt(1.0 / hidden), directions, gates, hidden),
            Noise($"{name}.bias", 0.1, directions, 2 * gates),
        ];
        Value last = Op(cell, name, 2, inputsOfCell, a => a.Set("hidden_size", hidden).Set("direction", bidirectional ? "bidirectional" : "forward"))[1];
        return Reshape($"{name}.last", Transpose($"{name}.order", last, 1, 0, 2), 1, directions * hidden);
    }
}
