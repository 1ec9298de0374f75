using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>One step of a recurrent network: from the projected input and the state before to the state after, whose first value is the output.</summary>
/// <param name="x">The input times W with the biases added, [N, gates H].</param>
/// <param name="state">The state, each value [N,H]; null is zero.</param>
internal delegate Value[] RecurrentStep(Value x, Value?[] state);

/// <summary>
/// LSTM, GRU and RNN over a sequence of fixed length, step by step. The products with the input are one for the whole sequence, those with the state one a step.
/// </summary>
internal sealed class RecurrentLayer
{
    /// <summary>Most steps of all directions together: each is about ten nodes.</summary>
    public const int MaxSteps = 512;

    private readonly Expansion _e;
    private readonly int _gates;
    private readonly bool _batchFirst;

    private RecurrentLayer(Expansion e, int gates)
    {
        _e = e;
        _gates = gates;
        _batchFirst = e.Attributes.Int("layout", 0) != 0;
        int[] x = e.Node.Dims(0, ElementType.Float), r = e.Node.Dims(2, ElementType.Float);
        if (x.Length != 3 || r.Length != 3) throw new ModelException($"input {NodeShapes.Text(x)} and recurrent weights {NodeShapes.Text(r)} are not of rank 3");
        (Steps, Batch) = _batchFirst ? (x[1], x[0]) : (x[0], x[1]);
        Hidden = r[2];
        if (Steps < 1 || Batch < 1 || Hidden < 1) throw new ModelException($"has an input of shape {NodeShapes.Text(x)} and a state of {Hidden} elements, which is nothing");
        bool[] reverse = Directions(e.Attributes.String("direction", "forward"));
        (Count, IsReverse) = (reverse.Length, reverse);
        Require(1, Count, gates * Hidden, x[2]);
        Require(2, Count, gates * Hidden, Hidden);
        Require(3, Count, 2 * gates * Hidden);
        if (e.Attributes.Int("hidden_size", Hidden) != Hidden) throw new ModelException($"hidden_size is {e.Attributes.Int("hidden_size", 0)} where the weights have {Hidden}");
        if (Steps * Count > MaxSteps)
            throw new ModelException($"has {Steps} steps in {Count} direction(s), which are written out one by one; at most {MaxSteps} are supported: run shorter pieces and hand the state on");
        RequireFullLengths();
    }

    /// <summary>Length of the sequence.</summary>
    public int Steps { get; }

    public int Batch { get; }

    /// <summary>Size of the state.</summary>
    public int Hidden { get; }

    /// <summary>Directions, 1 or 2.</summary>
    public int Count { get; }

    /// <summary>Of each direction, whether it goes from the end to the start.</summary>
    public bool[] IsReverse { get; }

    /// <summary>Writes the layer out.</summary>
    /// <param name="e">The node.</param>
    /// <param name="gates">Gates of a cell.</param>
    /// <param name="initial">Inputs that hold the initial state.</param>
    /// <param name="cell">For a direction its step.</param>
    /// <param name="separateBiases">Last gates whose recurrent bias is not to be added to the input.</param>
    /// <returns>Y, and the last state.</returns>
    public static IReadOnlyList<Value?> Expand(Expansion e, int gates, int[] initial, Func<RecurrentLayer, int, RecurrentStep> cell, int separateBiases = 0)
    {
        var layer = new RecurrentLayer(e, gates);
        Value x = layer._batchFirst ? e.Transpose(e.Input(0), 1, 0, 2) : e.Input(0);
        Value rows = e.Reshape(x, layer.Steps * layer.Batch, x.Dims[2]);
        var sequences = new List<Value>();
        var last = new List<Value[]>();
        for (int direction = 0; direction < layer.Count; direction++)
        {
            e.Begin(layer.IsReverse[direction] ? "reverse" : "forward");
            Value projected = e.Add("Gemm", [rows, e.Pick(e.Input(1), 0, direction), layer.InputBias(direction, separateBiases)], ("transB", 1));
            Value[] inputs = e.Split(projected, 0, layer.Steps);
            Value?[] state = [.. initial.Select(input => layer.Initial(input, direction))];
            RecurrentStep step = cell(layer, direction);
            var outputs = new Value[layer.Steps];
            for (int i = 0; i < layer.Steps; i++)
            {
                int t = layer.IsReverse[direction] ? layer.Steps - 1 - i : i;
                e.Begin(layer.IsReverse[direction] ? $"reverse{t}" : $"step{t}");
                state = step(inputs[t], state);
                outputs[t] = state[0]!;
            }
            if (e.IsRead(0)) sequences.Add(e.Reshape(e.Concat(0, outputs), layer.Steps, 1, layer.Batch, layer.Hidden));
            last.Add([.. state.Select(static v => v!)]);
        }
        e.Begin("all");
        Value? y = e.IsRead(0) ? e.Concat(1, sequences) : null;
        if (y is not null && layer._batchFirst) y = e.Transpose(y, 2, 0, 1, 3);
        return [y, .. initial.Select((_, i) => e.IsRead(i + 1) ? layer.Last([.. last.Select(state => state[i])]) : null)];
    }

    /// <summary>The recurrent weights of a direction, [gates H, H].</summary>
    public Value Recurrent(int direction) => _e.Pick(_e.Input(2), 0, direction);

    /// <summary>The recurrent bias of a direction's gate, [H]; null where there is none.</summary>
    public Value? RecurrentBias(int direction, int gate) => Bias(direction, _gates + gate, 1);

    /// <summary>Row <paramref name="index"/> of the peepholes of a direction, [H]; null where there are none.</summary>
    public Value? Peephole(int direction, int index)
    {
        if (_e.Optional(7) is not { } peepholes) return null;
        Require(7, Count, 3 * Hidden);
        return _e.Slice(_e.Pick(peepholes, 0, direction), 0, index * Hidden, (index + 1) * Hidden);
    }

    /// <summary>The state times some of the recurrent weights.</summary>
    public Value Product(Value state, Value weights, Value? bias = null) => _e.Add("Gemm", [state, weights, bias], ("transB", 1));

    private Value? InputBias(int direction, int separate)
    {
        if (Bias(direction, 0, _gates) is not { } input) return null;
        if (separate == _gates) return input;
        Value recurrent = Bias(direction, _gates, _gates - separate)!;
        if (separate > 0) recurrent = _e.Concat(0, [recurrent, _e.Constant(Tensor.Zeros(ElementType.Float, separate * Hidden))]);
        return _e.Add("Add", [input, recurrent]);
    }

    private Value? Bias(int direction, int firstGate, int count) =>
        _e.Optional(3) is { } bias ? _e.Slice(_e.Pick(bias, 0, direction), 0, firstGate * Hidden, (firstGate + count) * Hidden) : null;

    private Value? Initial(int input, int direction)
    {
        if (_e.Optional(input) is not { } given) return null;
        int[] wanted = _batchFirst ? [Batch, Count, Hidden] : [Count, Batch, Hidden];
        Require(input, wanted);
        // Exporters write a zero state out.
        if (given.Constant is { } constant && Array.TrueForAll(constant.ToFloats(), static v => v == 0)) return null;
        return _e.Pick(given, _batchFirst ? 1 : 0, direction);
    }

    private Value Last(Value[] states)
    {
        int axis = _batchFirst ? 1 : 0;
        int[] shape = _batchFirst ? [Batch, 1, Hidden] : [1, Batch, Hidden];
        return _e.Concat(axis, [.. states.Select(s => _e.Reshape(s, shape))]);
    }

    private void RequireFullLengths()
    {
        if (_e.Optional(4) is not { } lengths) return;
        if (lengths.Constant is not { } constant) throw new ModelException("its sequence lengths are computed, which is not supported; export the model with a fixed length");
        if (Array.Exists(constant.ToInt64s(), length => length != Steps)) throw new ModelException($"has sequences shorter than {Steps}, which is not supported; export the model with a fixed length");
    }

    private void Require(int input, params int[] wanted)
    {
        if (_e.Optional(input) is null) return;
        int[] dims = _e.Node.Dims(input, ElementType.Float);
        if (!dims.AsSpan().SequenceEqual(wanted)) throw new ModelException($"input {input} has shape {NodeShapes.Text(dims)} where {NodeShapes.Text(wanted)} is wanted");
    }

    private static bool[] Directions(string direction) => direction switch
    {
        "forward" => [false],
        "reverse" => [true],
        "bidirectional" => [false, true],
        _ => throw new ModelException($"direction '{direction}' is not known; forward, reverse and bidirectional are"),
    };
}
