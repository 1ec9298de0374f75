using static EdgeKit.Onnx.Reference.Activations;

namespace EdgeKit.Onnx.Pointwise;

/// <summary>The one table of functions of each element alone. Clip and PRelu, which take operands, are not among them.</summary>
internal static class PointwiseFunctions
{
    /// <summary>Defaults of Selu's attributes (ONNX, operator Selu).</summary>
    private const float SeluAlpha = 1.67326319217681884765625f, SeluGamma = 1.05070102214813232421875f;

    private static readonly Dictionary<string, PointwiseFunction> Table = new PointwiseFunction[]
    {
        new("Relu", static (x, _, _) => MathF.Max(x, 0), static (x, _, _) => x > 0 ? 1 : 0) { IsActivation = true, TakesIntegers = true },
        new("LeakyRelu", static (x, a, _) => x < 0 ? a * x : x, static (x, a, _) => x < 0 ? a : 1) { IsActivation = true, Parameters = Floats("alpha", 0.01f) },
        new("ThresholdedRelu", static (x, a, _) => x > a ? x : 0, static (x, a, _) => x > a ? 1 : 0) { Parameters = Floats("alpha", 1) },
        new("Shrink", static (x, a, b) => x < -a ? x + b : x > a ? x - b : 0, static (x, a, _) => MathF.Abs(x) > a ? 1 : 0) { Parameters = Floats("lambd", 0.5f, "bias", 0) },
        new("Elu", Elu, static (x, a, _) => x < 0 ? a * MathF.Exp(x) : 1) { IsActivation = true, Parameters = Floats("alpha", 1) },
        new("Selu", static (x, a, b) => b * Elu(x, a, b), static (x, a, b) => b * (x < 0 ? a * MathF.Exp(x) : 1))
            { IsActivation = true, Parameters = Floats("alpha", SeluAlpha, "gamma", SeluGamma) },
        new("Sigmoid", static (x, _, _) => Sigmoid(x), static (x, _, _) => Sigmoid(x) * Sigmoid(-x)) { IsActivation = true },
        new("HardSigmoid", static (x, a, b) => Math.Clamp(a * x + b, 0, 1), static (x, a, b) => a * x + b is > 0 and < 1 ? a : 0)
            { IsActivation = true, Parameters = Floats("alpha", 0.2f, "beta", 0.5f) },
        new("HardSwish", static (x, _, _) => x * Math.Clamp(x / 6 + 0.5f, 0, 1), static (x, _, _) => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5f) { IsActivation = true },
        new("Silu", static (x, _, _) => x * Sigmoid(x), static (x, _, _) => Sigmoid(x) * (1 + x * Sigmoid(-x))) { IsActivation = true, Domain = Graph.EdgeKitDomain },
        new("Tanh", static (x, _, _) => MathF.Tanh(x), static (x, _, _) => TanhSlope(x)) { IsActivation = true },
        new("Gelu", Gelu, GeluSlope) { IsActivation = true, Parameters = GeluParameters },
        new("QuickGelu", static (x, a, _) => x * Sigmoid(a * x), static (x, a, _) => Sigmoid(a * x) * (1 + a * x * Sigmoid(-a * x)))
            { IsActivation = true, Domain = "com.microsoft", Parameters = Floats("alpha", 1.702f) },
        new("Softplus", static (x, _, _) => Softplus(x), static (x, _, _) => Sigmoid(x)) { IsActivation = true },
        new("Softsign", static (x, _, _) => x / (1 + MathF.Abs(x)), static (x, _, _) => 1 / ((1 + MathF.Abs(x)) * (1 + MathF.Abs(x)))) { IsActivation = true },
        new("Mish", static (x, _, _) => x * MathF.Tanh(Softplus(x)), static (x, _, _) => MathF.Tanh(Softplus(x)) + x * TanhSlope(Softplus(x)) * Sigmoid(x)) { IsActivation = true },

        new("Abs", static (x, _, _) => MathF.Abs(x), static (x, _, _) => x < 0 ? -1 : 1) { TakesIntegers = true },
        new("Neg", static (x, _, _) => -x, static (_, _, _) => -1) { TakesIntegers = true },
        new("Sign", static (x, _, _) => float.IsNaN(x) ? x : MathF.Sign(x)) { TakesIntegers = true },
        new("Floor", static (x, _, _) => MathF.Floor(x)),
        new("Ceil", static (x, _, _) => MathF.Ceiling(x)),
        new("Round", static (x, _, _) => MathF.Round(x, MidpointRounding.ToEven)),
        new("Sqrt", static (x, _, _) => MathF.Sqrt(x), static (x, _, _) => 0.5f / MathF.Sqrt(x)),
        new("Reciprocal", static (x, _, _) => 1 / x, static (x, _, _) => -1 / (x * x)),
        new("Exp", static (x, _, _) => MathF.Exp(x), static (x, _, _) => MathF.Exp(x)),
        new("Log", static (x, _, _) => MathF.Log(x), static (x, _, _) => 1 / x),
        new("Erf", static (x, _, _) => Erf(x), static (x, _, _) => 1.1283792f * MathF.Exp(-x * x)),
        new("Sin", static (x, _, _) => MathF.Sin(x), static (x, _, _) => MathF.Cos(x)),
        new("Cos", static (x, _, _) => MathF.Cos(x), static (x, _, _) => -MathF.Sin(x)),
        new("Tan", static (x, _, _) => MathF.Tan(x), static (x, _, _) => 1 + MathF.Tan(x) * MathF.Tan(x)),
        new("Asin", static (x, _, _) => MathF.Asin(x), static (x, _, _) => 1 / MathF.Sqrt(1 - x * x)),
        new("Acos", static (x, _, _) => MathF.Acos(x), static (x, _, _) => -1 / MathF.Sqrt(1 - x * x)),
        new("Atan", static (x, _, _) => MathF.Atan(x), static (x, _, _) => 1 / (1 + x * x)),
        new("Sinh", static (x, _, _) => MathF.Sinh(x), static (x, _, _) => MathF.Cosh(x)),
        new("Cosh", static (x, _, _) => MathF.Cosh(x), static (x, _, _) => MathF.Sinh(x)),
        new("Asinh", static (x, _, _) => MathF.Asinh(x), static (x, _, _) => 1 / MathF.Sqrt(x * x + 1)),
        new("Acosh", static (x, _, _) => MathF.Acosh(x), static (x, _, _) => 1 / MathF.Sqrt(x * x - 1)),
        new("Atanh", static (x, _, _) => MathF.Atanh(x), static (x, _, _) => 1 / (1 - x * x)),
    }.ToDictionary(static f => f.OpType, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<PointwiseFunction> All => Table.Values;

    /// <summary>The function that a node applies, or null where it is none.</summary>
    public static PointwiseFunction? Find(Node node) =>
        Table.TryGetValue(node.OpType, out PointwiseFunction? f) && node.Domain == f.Domain ? f : null;

    private static Func<AttributeMap, (float A, float B)> Floats(string a, float fallback) => attributes => (attributes.Float(a, fallback), 0);

    private static Func<AttributeMap, (float A, float B)> Floats(string a, float fallbackA, string b, float fallbackB) =>
        attributes => (attributes.Float(a, fallbackA), attributes.Float(b, fallbackB));

    private static (float, float) GeluParameters(AttributeMap attributes) => attributes.String("approximate", "none") switch
    {
        "none" => (0, 0),
        "tanh" => (1, 0),
        string other => throw new ModelException($"approximate = '{other}' is not known"),
    };
}
