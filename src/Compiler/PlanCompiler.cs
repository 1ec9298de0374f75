using EdgeKit.Compiler.Ir;
using EdgeKit.Compiler.Lowering;
using EdgeKit.Compiler.Passes;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler;

/// <summary>Compiles graphs to <c>.ekm</c>: a float graph to a float plan, a graph with QuantizeLinear and DequantizeLinear to an INT8 plan by its exact integer rule.</summary>
public static class PlanCompiler
{
    /// <summary>Metadata key under which a graph carries its preprocessing JSON.</summary>
    public const string PreprocessingKey = "edgekit.preprocessing";

    /// <summary>Compiles one graph, whose shapes must be known and whose operators be in normalised form.</summary>
    /// <returns>The content of an <c>.ekm</c> file.</returns>
    /// <exception cref="ModelException">The runtime does not take an operator; the message names the node.</exception>
    public static byte[] Compile(Graph graph, CompileOptions? options = null) => Compile([graph], options);

    /// <summary>Compiles the same model at several input sizes into one file with a plan for each; weights are stored once.</summary>
    public static byte[] Compile(IReadOnlyList<Graph> graphs, CompileOptions? options = null)
    {
        options ??= new CompileOptions();
        var writer = new PlanWriter();
        foreach (Graph graph in graphs) writer.Add(Lower(graph, options.Without, options.BandBytes));
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["model"] = graphs[0].Name };
        TileFacts.Add(graphs[0], properties);
        foreach ((string key, string value) in options.Properties) properties[key] = value;
        return writer.Finish(graphs[0].Metadata.GetValueOrDefault(PreprocessingKey, ""), options.Labels, properties);
    }

    /// <summary>Operators that have a lowering, with whether an INT8 form exists; for documentation.</summary>
    public static IEnumerable<(string OpType, bool Int8)> SupportedOperators => OperatorLowering.Supported;

    /// <summary>Operators of the QOperator form, which are taken as what they are in QDQ form; for documentation.</summary>
    public static IReadOnlyList<string> QOperators => QOperatorForms.Operators;

    /// <summary>Whether the runtime takes a node in INT8 ("int8"), in float only ("float"), or not at all ("unsupported").</summary>
    public static string Support(Node node) => OperatorLowering.HasInt8(node) || QOperators.Contains(node.OpType) ? "int8" : OperatorLowering.IsSupported(node) ? "float" : "unsupported";

    internal static PlanBuilder Lower(Graph source, Optimizations without = Optimizations.None, long bandBytes = RowBands.CacheBytes)
    {
        Graph graph = QOperatorForms.ToQdq(source);
        var plan = new PlanBuilder();
        var context = new LoweringContext(graph, plan, without);
        foreach (Value input in graph.Inputs) AddInput(context, input);
        AttentionLowering? attention = without.HasFlag(Optimizations.Attention) ? null : new(context);
        foreach (Node node in graph.Nodes)
        {
            if (!context.IsAbsorbed(node) && attention?.TryLower(context, node) != true) OperatorLowering.Lower(context, node);
        }
        foreach (Value output in graph.Outputs) plan.Outputs.Add(Output(context, output));
        RemoveUnread(plan);
        if (!without.HasFlag(Optimizations.Views)) ChannelViews.Run(plan, reorder: !without.HasFlag(Optimizations.Shuffle));
        if (!without.HasFlag(Optimizations.InPlace)) InPlace.Run(plan);
        if (!without.HasFlag(Optimizations.Bands)) RowBands.Run(plan, bandBytes);
        return plan;
    }

    /// <summary>An input that is only quantized becomes an INT8 input: whoever feeds the plan quantizes in one pass with the preprocessing.</summary>
    private static void AddInput(LoweringContext context, Value input)
    {
        if (input.Type != ElementType.Float) throw new ModelException($"input '{input.Name}' is of type {input.Type}; only float inputs are supported");
        PlanOrder order = input.Dims.Length is 4 or 5 ? PlanOrder.ChannelsLast : PlanOrder.Logical;
        if (input.Consumers.Count == 1 && input.Consumers[0] is { } node && node.Is("QuantizeLinear") && QuantizationParameters.Of(node) is { PerTensor: true } q
            && !context.Graph.IsOutput(input))
        {
            context.Plan.Inputs.Add(context.NewTensor(node.Output, PlanType.Int8, order, q.Scale, q.ZeroPoint, input.Name));
            context.Absorb(node);
            return;
        }
        context.Plan.Inputs.Add(context.NewTensor(input, PlanType.Float, order));
    }

    private static PlanTensor Output(LoweringContext context, Value output)
    {
        PlanTensor tensor = output.Type is ElementType.Float ? context.Float(output) : context.Stored(output);
        if (tensor.Root.Constant is null && !context.Plan.Inputs.Contains(tensor.Root) && !context.Plan.Outputs.Contains(tensor))
        {
            tensor.Name = output.Name;
            return tensor;
        }
        // An input, a constant or another output: this one gets memory of its own under its own name.
        var copy = new PlanTensor { Name = output.Name, Type = tensor.Type, Dims = tensor.Dims, Order = tensor.Order, Scale = tensor.Scale, ZeroPoint = tensor.ZeroPoint };
        Copies.Transpose(context.Plan, output.Name, tensor, copy, [.. Enumerable.Range(0, tensor.Dims.Length)]);
        return copy;
    }

    private static void RemoveUnread(PlanBuilder plan)
    {
        var read = new HashSet<PlanTensor>(plan.Outputs.Select(static t => t.Root));
        for (int i = plan.Operators.Count - 1; i >= 0; i--)
        {
            PlanOperator op = plan.Operators[i];
            if (!read.Contains(op.Output.Root))
            {
                plan.Operators.RemoveAt(i);
                continue;
            }
            foreach (PlanTensor t in op.Inputs) read.Add(t.Root);
        }
    }
}
