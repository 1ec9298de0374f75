using System.Runtime.InteropServices;
using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// What is done to each element of an INT8 tensor alone until the next quantization: activations, and arithmetic with constants of one element or of one an element a channel.
/// It is a table of 256 codes, whatever the number of operators, or a few tables that the channels share. Other operators with a quantized result stay float.
/// </summary>
internal sealed class TableChain
{
    private const int Entries = 256;

    private readonly List<Node> _links;
    private readonly Node _quantize;
    private readonly int _channels;

    private TableChain(List<Node> links, Node quantize, int channels)
    {
        _links = links;
        _quantize = quantize;
        _channels = channels;
    }

    /// <summary>The chain that begins with <paramref name="first"/>, or null where there is none.</summary>
    public static TableChain? From(LoweringContext context, Node first)
    {
        if (Computed(first) is not { } source || !context.IsQuantized(source)) return null;
        var links = new List<Node>();
        int channels = 1;
        for (Node? node = first; node is not null; node = Next(node))
        {
            if (node.Is("QuantizeLinear")) return QuantizationParameters.Of(node) is { PerTensor: true } ? new TableChain(links, node, channels) : null;
            if (!(node == first || IsFunction(node)) || Channels(node) is not { } own) return null;
            channels = Math.Max(channels, own);
            links.Add(node);
        }
        return null;
    }

    /// <summary>Emits the table and marks the chain as done.</summary>
    public void Emit(LoweringContext context)
    {
        Value source = Computed(_links[0])!;
        PlanTensor x = _channels == 1 ? context.Quantized(source) : context.Quantized(source, PlanOrder.ChannelsLast);
        foreach (Node node in _links.Skip(1).Append(_quantize)) context.Absorb(node);
        QuantizationParameters q = QuantizationParameters.Of(_quantize)!;
        PlanTensor y = context.NewTensor(_quantize.Output, PlanType.Int8, x.Order, q.Scale, q.ZeroPoint);
        float[] inputs = Tables.Inputs(x);
        Tensor values = _channels == 1
            ? Tensor.Of(inputs, 1, 1, 1, Entries)
            : Tensor.Of([.. Enumerable.Repeat(inputs, _channels).SelectMany(static v => v)], 1, _channels, 1, Entries);
        foreach (Node node in _links) values = Evaluate(node, values);
        sbyte[][] tables = [.. Tables.Quantized(values.ToFloats(), y).Chunk(Entries)];
        sbyte[][] distinct = [.. tables.DistinctBy(static t => Convert.ToHexString(MemoryMarshal.AsBytes<sbyte>(t)))];
        int[] dims = distinct.Length == 1 ? [Entries] : [distinct.Length, Entries];
        PlanTensor table = PlanTensor.Of($"{y.Name}_table", PlanType.Int8, [.. distinct.SelectMany(static t => t)], dims, scale: y.Scale, zeroPoint: y.ZeroPoint);
        PlanTensor[] operands = [x, table];
        if (distinct.Length > 1 && distinct.Length < tables.Length)
        {
            int[] places = Array.ConvertAll(tables, t => Array.FindIndex(distinct, d => d.AsSpan().SequenceEqual(t)));
            operands = [x, table, PlanTensor.Of($"{y.Name}_tables", PlanType.Int32, places, [places.Length])];
        }
        Node main = _links.Find(static n => PointwiseFunctions.Find(n) is not null) ?? _links[0];
        context.Plan.Emit(OperatorKind.Table, main.Name, operands, y);
    }

    private Tensor Evaluate(Node node, Tensor grid)
    {
        Value computed = Computed(node)!;
        return ReferenceOperators.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : ReferenceEquals(v, computed) ? grid : Constant(v))])[0];
    }

    private Tensor Constant(Value constant)
    {
        float[] values = ConstantWeights.Of(constant)!.Dequantized();
        return values.Length == 1 ? Tensor.Scalar(values[0]) : Tensor.Of(values, _channels, 1, 1);
    }

    private static Node? Next(Node node) =>
        node.Outputs is [{ Consumers: [var only] } value] && !node.Graph.IsOutput(value) ? only : null;

    private static bool IsFunction(Node node) =>
        PointwiseFunctions.Find(node) is not null || node.Is("Clip") || node.Is("PRelu") || node.Is("Add") || node.Is("Sub") || node.Is("Mul") || node.Is("Div");

    /// <summary>The only operand that is not constant, or null.</summary>
    private static Value? Computed(Node node)
    {
        Value? computed = null;
        foreach (Value? v in node.Inputs)
        {
            if (v is null || ConstantWeights.Has(v)) continue;
            if (computed is not null) return null;
            computed = v;
        }
        return computed;
    }

    /// <summary>Number of channels that constants tell apart, 1 where none does; null where the operator is no function of one element.</summary>
    private static int? Channels(Node node)
    {
        if (Computed(node) is not { } computed || !node.Output.Dims.AsSpan().SequenceEqual(computed.Dims)) return null;
        int channels = 1;
        foreach (Value? v in node.Inputs)
        {
            if (v is null || ReferenceEquals(v, computed) || Tensor.ElementCount(v.Dims) == 1) continue;
            if (!PerChannel(v.Dims, computed.Dims)) return null;
            channels = computed.Dims[1];
        }
        return channels;
    }

    private static bool PerChannel(int[] dims, int[] of)
    {
        if (of.Length < 3 || dims.Length > of.Length) return false;
        for (int i = 0; i < dims.Length; i++)
        {
            int axis = of.Length - dims.Length + i;
            if (dims[i] != (axis == 1 ? of[1] : 1)) return false;
        }
        return dims.Length >= of.Length - 1;
    }
}
