using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// A tensor that one linear layer writes and one convolution reads, with nothing but a positively homogeneous activation between them. Scaling channel c of it by s[c] > 0,
/// in the writer's rows and bias, and the reader's columns by 1/s[c] changes nothing that the network computes; where a Clip lies between, as long as it does not act.
/// </summary>
internal sealed class Junction
{
    private Junction(LinearLayer writer, Node? activation, LinearLayer reader)
    {
        Writer = writer;
        Activation = activation;
        Reader = reader;
    }

    /// <summary>The layer before.</summary>
    public LinearLayer Writer { get; }

    /// <summary>What lies between, or null.</summary>
    public Node? Activation { get; }

    /// <summary>The layer after.</summary>
    public LinearLayer Reader { get; }

    /// <summary>The tensor that the reader reads.</summary>
    public Value Tensor => Reader.Input;

    /// <summary>The constant upper bound of the Clip between, or null.</summary>
    public float? Bound => Activation is { } a && a.Is("Clip") ? a.ConstantInput(2)?.ToFloats()[0] : null;

    /// <summary>Whether the activation gives no negative value.</summary>
    public bool IsRectified => Activation is { } a && (a.Is("Relu") || a.Is("Clip"));

    /// <summary>Every junction of a graph, in its order.</summary>
    public static List<Junction> Find(Graph graph)
    {
        var found = new List<Junction>();
        foreach (Node node in graph.Nodes)
        {
            if (!node.Is("Conv") || LinearLayer.Of(node) is not { } writer || Only(graph, node.Output) is not { } next) continue;
            Node? activation = IsHomogeneous(next) ? next : null;
            Node? last = activation is null ? next : Only(graph, activation.Output);
            if (last is not null && last.Is("Conv") && LinearLayer.Of(last) is { } reader && ReferenceEquals(reader.Input.Producer, activation ?? node))
                found.Add(new Junction(writer, activation, reader));
        }
        return found;
    }

    /// <summary>Multiplies channel c of the tensor by <paramref name="factors"/>[c].</summary>
    public void Scale(float[] factors)
    {
        Writer.ScaleRows(factors);
        Reader.UnscaleColumns(factors);
    }

    /// <summary>The values between the layers, each with the same factors.</summary>
    public IEnumerable<(Value Value, float[] Factors)> Scaled(float[] factors) => new[] { Writer.Node.Output, Tensor }.Distinct().Select(v => (v, factors));

    private static Node? Only(Graph graph, Value value) => value.Consumers is [var only] && !graph.IsOutput(value) ? only : null;

    /// <summary>Whether a function lets positive factors through.</summary>
    internal static bool IsHomogeneous(Node node) =>
        node.Is("Relu") || node.Is("LeakyRelu") || (node.Is("PRelu") && node.ConstantInput(1) is not null) || (node.Is("Clip") && QuantizableOperators.IsRectifier(node));
}
