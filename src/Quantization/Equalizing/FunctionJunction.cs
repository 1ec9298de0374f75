using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// A convolution, a function of one element behind it that is not homogeneous, and the depthwise convolutions that alone read the result. With the writer's rows times a[c], the function
/// as y = b[c] f(x / a[c]) and the readers' filters divided by b[c] the network computes the same: the function takes part in scaling channels as tables that differ between them.
/// </summary>
internal sealed class FunctionJunction
{
    private readonly LinearLayer _writer;
    private readonly LinearLayer[] _readers;

    private FunctionJunction(LinearLayer writer, Node function, LinearLayer[] readers)
    {
        _writer = writer;
        Function = function;
        Argument = function.Input(0);
        _readers = readers;
    }

    /// <summary>The function.</summary>
    public Node Function { get; }

    /// <summary>What the writer writes.</summary>
    public Value Argument { get; }

    /// <summary>What the readers read.</summary>
    public Value Result => _readers[0].Input;

    /// <summary>Every such place of a graph, in its order.</summary>
    /// <param name="graph">A graph of known shapes.</param>
    public static List<FunctionJunction> Find(Graph graph)
    {
        var found = new List<FunctionJunction>();
        foreach (Node node in graph.Nodes)
        {
            bool function = QuantizableOperators.KindOf(node) == OperatorKind.Function && !node.Is("Clip") && !Junction.IsHomogeneous(node) && QuantizableOperators.FixedRange(node) is null;
            if (!function || node.Input(0) is not { Consumers.Count: 1, Producer: { } producer } || ChannelFunction.Of(node) is not null) continue;
            Node[] readers = [.. node.Output.Consumers.Distinct()];
            if (graph.IsOutput(node.Input(0)) || graph.IsOutput(node.Output)) continue;
            if (!producer.Is("Conv") || LinearLayer.Of(producer) is not { } writer) continue;
            LinearLayer?[] layers = Array.ConvertAll(readers, n => n.Is("Conv") ? LinearLayer.Of(n) : null);
            if (layers.Length > 0 && Array.TrueForAll(layers, l => l is { IsDepthwise: true } && ReferenceEquals(l.Input, node.Output)))
                found.Add(new FunctionJunction(writer, node, layers!));
        }
        return found;
    }

    /// <summary>Scales the channels of argument and result. Both keep their names; what the function itself reads and writes gets others.</summary>
    public void Scale(float[] argument, float[] result)
    {
        _writer.ScaleRows(argument);
        foreach (LinearLayer reader in _readers) reader.UnscaleColumns(result);

        Graph graph = Function.Graph;
        Value x = Argument, y = Function.Output;
        Node before = graph.InsertBefore(Function, "Mul", [x, Constant($"{x.Name}_unscale", Array.ConvertAll(argument, static a => 1 / a))], 1, $"{Function.Name}_unscale");
        Node after = graph.InsertAfter(Function, "Mul", [y, Constant($"{y.Name}_scale", result)], 1, $"{Function.Name}_scale");
        foreach (LinearLayer reader in _readers) reader.Node.SetInput(0, after.Output);
        Function.SetInput(0, before.Output);
        (before.Output.Type, before.Output.Shape, after.Output.Type, after.Output.Shape) = (x.Type, x.Shape, y.Type, y.Shape);
        string name = y.Name;
        graph.Rename(y, $"{name}_unscaled");
        graph.Rename(after.Output, name);

        Value Constant(string of, float[] values) => graph.NewConstant(of, Tensor.Of(values, 1, values.Length, 1, 1));
    }
}
