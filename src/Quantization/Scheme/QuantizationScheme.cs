using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>How an activation is stored.</summary>
/// <param name="Name">The value's name in the normalised float graph.</param>
/// <param name="Type"><see cref="QuantizationScheme.Int8"/> or <see cref="QuantizationScheme.Float"/>: what makes and what reads a float activation computes in float.</param>
/// <param name="Low">Lower end of the range; null for float.</param>
/// <param name="High">Upper end of the range; null for float.</param>
/// <param name="Group">Activations of one group share the range; null for float.</param>
/// <param name="Reason">Where the range comes from, or why it is float.</param>
public sealed record SchemeTensor(string Name, string Type, float? Low = null, float? High = null, int? Group = null, string Reason = "");

/// <summary>How an operator computes.</summary>
/// <param name="Name">The node's name in the normalised float graph.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Type"><see cref="QuantizationScheme.Int8"/> or <see cref="QuantizationScheme.Float"/>.</param>
/// <param name="Reason">Why it is float; empty for INT8.</param>
public sealed record SchemeLayer(string Name, string Operator = "", string Type = QuantizationScheme.Int8, string Reason = "");

/// <summary>All decisions of a quantization, as a file that a person can read and edit (<see cref="SchemeFile"/>).</summary>
public sealed record QuantizationScheme
{
    /// <summary>8 bits.</summary>
    public const string Int8 = "int8";

    /// <summary>32 bits.</summary>
    public const string Float = "float";

    /// <summary>How activations are stored.</summary>
    public required ActivationScheme Activations { get; init; }

    /// <summary>How many scales the weights of a layer have.</summary>
    public required WeightGranularity Weights { get; init; }

    /// <summary>Passes that were left out.</summary>
    public required IReadOnlyList<string> Without { get; init; }

    /// <summary>The activations in graph order. Those that are not listed are measured.</summary>
    public required IReadOnlyList<SchemeTensor> Tensors { get; init; }

    /// <summary>The operators in graph order. Those that are not listed compute in INT8 where they can.</summary>
    public required IReadOnlyList<SchemeLayer> Layers { get; init; }

    /// <summary>The decisions that a model was written with.</summary>
    /// <param name="model">The calibrated model.</param>
    /// <param name="result">What was written of it.</param>
    /// <param name="options">What it was calibrated with.</param>
    public static QuantizationScheme Of(QuantizedModel model, QuantizeResult result, QuantizeOptions options)
    {
        var stored = result.Tensors.ToDictionary(static t => t.Name, StringComparer.Ordinal);
        var inFloat = result.FloatOperators.ToDictionary(static f => f.Node, static f => f.Reason, StringComparer.Ordinal);
        return new QuantizationScheme
        {
            Activations = options.Activations,
            Weights = options.Weights,
            Without = [.. options.Without.Order(StringComparer.Ordinal)],
            Tensors = [.. ActivationsOf(model.Float).Select(Tensor).OfType<SchemeTensor>()],
            Layers = [.. LayersOf(model.Float).Select(n => new SchemeLayer(n.Name, n.OpType, inFloat.ContainsKey(n.Name) ? Float : Int8, inFloat.GetValueOrDefault(n.Name, "")))],
        };

        SchemeTensor? Tensor(Value v)
        {
            if (stored.TryGetValue(v.Name, out QuantizedTensor? t)) return new SchemeTensor(v.Name, Int8, t.Range.Low, t.Range.High, t.Group, t.Reason);
            if (v.Producer is null) return new SchemeTensor(v.Name, Float, Reason: "no INT8 operator reads it");
            // What a rectifier takes over inside an INT8 operator is never stored.
            return inFloat.TryGetValue(v.Producer.Name, out string? reason) ? new SchemeTensor(v.Name, Float, Reason: reason) : null;
        }
    }

    /// <summary>Operators with float results. The factors of a <see cref="ChannelFunction"/> go where it goes.</summary>
    internal static IEnumerable<Node> LayersOf(Graph graph) => Computing(graph).Where(static n => ChannelFunction.Of(n) is not { } function || n == function.Function);

    /// <summary>Float values that are computed or fed, but those inside a <see cref="ChannelFunction"/>.</summary>
    internal static IEnumerable<Value> ActivationsOf(Graph graph) =>
        graph.Inputs.Where(static v => v.Type == ElementType.Float)
            .Concat(Computing(graph).Where(static n => ChannelFunction.Of(n) is not { } function || n == function.Nodes.Last()).SelectMany(static n => n.Outputs));

    private static IEnumerable<Node> Computing(Graph graph) => graph.Nodes.Where(static n => n.Outputs[0].Type == ElementType.Float);
}
