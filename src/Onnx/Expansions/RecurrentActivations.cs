namespace EdgeKit.Onnx.Expansions;

/// <summary>The activation functions of a recurrent layer, by the attributes activations, activation_alpha, activation_beta and clip.</summary>
internal sealed class RecurrentActivations
{
    private readonly Expansion _e;
    private readonly (string Name, float? Alpha, float? Beta)[] _functions;
    private readonly float _clip;

    /// <summary>Reads the attributes.</summary>
    /// <param name="e">The node.</param>
    /// <param name="directions">How many directions it has.</param>
    /// <param name="defaults">The functions of a direction where none are given.</param>
    public RecurrentActivations(Expansion e, int directions, params string[] defaults)
    {
        _e = e;
        PerDirection = defaults.Length;
        _clip = e.Attributes.Float("clip", 0);
        string[] names = e.Attributes.Strings("activations") ?? [.. Enumerable.Repeat(defaults, directions).SelectMany(static d => d)];
        if (names.Length != directions * PerDirection) throw new ModelException($"has {names.Length} activations where {directions * PerDirection} are wanted");
        var alphas = new Queue<float>(e.Attributes.Floats("activation_alpha") ?? []);
        var betas = new Queue<float>(e.Attributes.Floats("activation_beta") ?? []);
        // The lists hold numbers only for the functions that have parameters.
        _functions = [.. names.Select(name => (name, HasAlpha(name) && alphas.TryDequeue(out float a) ? a : (float?)null, HasBeta(name) && betas.TryDequeue(out float b) ? b : (float?)null))];
    }

    private int PerDirection { get; }

    /// <summary>Function <paramref name="index"/> of a direction, after the clip.</summary>
    public Value Apply(int direction, int index, Value x)
    {
        if (_clip > 0) x = _e.Add("Clip", [x, _e.Number(-_clip), _e.Number(_clip)]);
        return Function(direction, index, x);
    }

    /// <summary>Function <paramref name="index"/> of a direction, without the clip.</summary>
    public Value Function(int direction, int index, Value x)
    {
        (string name, float? alpha, float? beta) = _functions[direction * PerDirection + index];
        switch (name)
        {
            case "Sigmoid" or "Tanh" or "Relu" or "Softsign" or "Softplus": return _e.Add(name, [x]);
            case "LeakyRelu": return _e.Add(name, [x], ("alpha", alpha ?? 0.01f));
            case "Elu": return _e.Add(name, [x], ("alpha", alpha ?? 1));
            case "HardSigmoid": return _e.Add(name, [x], ("alpha", alpha ?? 0.2f), ("beta", beta ?? 0.5f));
            case "Affine": return _e.Add("Add", [_e.Add("Mul", [x, _e.Number(alpha ?? 1)]), _e.Number(beta ?? 0)]);
            case "ScaledTanh": return _e.Add("Mul", [_e.Add("Tanh", [_e.Add("Mul", [x, _e.Number(beta ?? 1)])]), _e.Number(alpha ?? 1)]);
            default: throw new ModelException($"activation '{name}' is not supported in recurrent layers");
        }
    }

    private static bool HasAlpha(string name) => name is "LeakyRelu" or "Elu" or "HardSigmoid" or "Affine" or "ScaledTanh" or "ThresholdedRelu";

    private static bool HasBeta(string name) => name is "HardSigmoid" or "Affine" or "ScaledTanh";
}
