using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// MatMul, Softmax and MatMul as one operator, with a factor of queries or scores, an additive mask, and the transposition of the result where they are there: the scores of all queries are in memory at no
/// time. Elements are those of the operators one by one to the bit, but for scores that are divided by a number whose reciprocal is not exact, and where a computed mask with channels last would have
/// Softmax add in another order.
/// </summary>
internal sealed class AttentionLowering
{
    /// <summary>Keys or values of a head that second-level caches hold: beyond, products that block by block use what is loaded for all queries are faster.</summary>
    private const int MaxElements = 65536;

    private readonly Dictionary<Node, Pattern> _patterns = [];

    /// <summary>Finds the patterns of a graph and takes their nodes from the lowering.</summary>
    public AttentionLowering(LoweringContext context)
    {
        foreach (Node node in context.Graph.Nodes)
        {
            if (Find(context.Graph, node) is not { } pattern) continue;
            _patterns.Add(node, pattern);
            foreach (Node inner in pattern.Inner) context.Absorb(inner);
            if (pattern.Transposed is { } transposed) context.Absorb(transposed);
        }
    }

    /// <summary>Emits the operator of the pattern that ends at a node; false where none does.</summary>
    public bool TryLower(LoweringContext context, Node node)
    {
        if (!_patterns.TryGetValue(node, out Pattern? pattern)) return false;
        int[] y = node.Output.Dims;
        int rank = y.Length, heads = rank > 2 ? y[^3] : 1, queries = y[^2], width = y[^1];
        (PlanTensor query, AttentionRows queryRows) = Operand(context, pattern.Query);
        (PlanTensor key, AttentionRows keyRows) = Operand(context, pattern.Key);
        (PlanTensor value, AttentionRows valueRows) = Operand(context, pattern.Value);
        PlanTensor[] inputs = [query, key, value];
        AttentionRows maskRows = default;
        if (pattern.Mask is not null)
        {
            (PlanTensor mask, maskRows) = Operand(context, pattern.Mask);
            inputs = [.. inputs, mask];
        }
        PlanTensor output = context.NewTensor((pattern.Transposed ?? node).Output, PlanType.Float, PlanOrder.Logical);
        context.Plan.Emit(OperatorKind.Attention, node.Name, inputs, output, new AttentionParameters
        {
            Batch = rank > 3 ? y[^4] : 1,
            Heads = heads,
            Queries = queries,
            Keys = pattern.Value.Dims[^2],
            Depth = pattern.Query.Dims[^1],
            Width = width,
            QueryScale = pattern.QueryScale,
            ScoreScale = pattern.ScoreScale,
            Query = queryRows,
            Key = keyRows,
            Value = valueRows,
            Mask = maskRows,
            Output = pattern.Transposed is null
                ? new() { Batch = heads * queries * width, Head = queries * width, Row = width }
                : new() { Batch = heads * queries * width, Head = width, Row = heads * width },
        });
        return true;
    }

    private static Pattern? Find(Graph graph, Node mixed)
    {
        if (!IsProduct(mixed) || Inner(graph, mixed.Input(0), "Softmax") is not { } softmax) return null;
        Value scores = softmax.Input(0), value = mixed.Input(1);
        int[] dims = scores.Dims;
        if (softmax.Attributes.Int("axis", -1) is var axis && axis != -1 && axis != dims.Length - 1) return null;
        List<Node> inner = [softmax];
        Value? mask = null;
        if (Inner(graph, scores, "Add") is { } add)
        {
            int side = add.Input(0).Producer is null || !add.Input(0).Dims.AsSpan().SequenceEqual(dims) ? 1 : 0;
            (scores, mask) = (add.Input(side), add.Input(1 - side));
            if (mask.Type != ElementType.Float || mask.Dims.Length > dims.Length || !Broadcasts(mask.Dims, dims)) return null;
            inner.Add(add);
        }
        (scores, float scoreScale) = Unscaled(graph, scores, inner);
        if (Inner(graph, scores, "MatMul") is not { } product || !IsProduct(product)) return null;
        inner.Add(product);
        (Value query, float queryScale) = Unscaled(graph, product.Input(0), inner);
        Value key = product.Input(1);
        int rank = dims.Length, depth = query.Dims[^1];
        Value[] operands = [query, key, value];
        if (operands.Any(v => v.Dims.Length != rank || !v.Dims.AsSpan(0, rank - 2).SequenceEqual(dims.AsSpan(0, rank - 2))) || !scores.Dims.AsSpan().SequenceEqual(dims)) return null;
        if (dims[^1] > AttentionParameters.MaxKeys || depth > AttentionParameters.MaxDepth || dims[^1] * Math.Max(depth, value.Dims[^1]) > MaxElements) return null;
        Node? transposed = mixed.Output.Consumers is [{ OpType: "Transpose" } reader] && !graph.IsOutput(mixed.Output) && reader.Attributes.Ints("perm") is [0, 2, 1, 3] ? reader : null;
        return new Pattern(query, key, value, mask, queryScale, scoreScale, inner, transposed);
    }

    /// <summary>A product of two computed stacks of matrices.</summary>
    private static bool IsProduct(Node node) => node.Is("MatMul") && node.Inputs.All(static v => v is { Type: ElementType.Float, Dims.Length: >= 2 and <= 4 } && !ConstantWeights.Has(v));

    /// <summary>The node of an operator that makes a value which nothing else reads; else null.</summary>
    private static Node? Inner(Graph graph, Value value, string opType) =>
        value.Producer is { } node && node.Is(opType) && value.Consumers.Count == 1 && !graph.IsOutput(value) ? node : null;

    /// <summary>What a value is of another one times a number, which is taken in.</summary>
    private static (Value Value, float Factor) Unscaled(Graph graph, Value value, List<Node> inner)
    {
        Node? scaled = Inner(graph, value, "Mul") ?? Inner(graph, value, "Div");
        if (scaled is null) return (value, 1);
        int constant = scaled.Is("Mul") && scaled.ConstantInput(0) is not null ? 0 : 1;
        Value of = scaled.Input(1 - constant);
        if (scaled.ConstantInput(constant) is not { Type: ElementType.Float, Length: 1 } number || of.IsConstant || !of.Dims.AsSpan().SequenceEqual(value.Dims)) return (value, 1);
        inner.Add(scaled);
        float factor = number.ToFloats()[0];
        return (of, scaled.Is("Mul") ? factor : 1 / factor);
    }

    /// <summary>Whether a mask has a number for each key, and for the queries, heads and pictures one each or one for all.</summary>
    private static bool Broadcasts(int[] mask, int[] scores) =>
        mask.Length > 0 && mask[^1] == scores[^1] && Enumerable.Range(1, mask.Length).All(i => mask[^i] == scores[^i] || mask[^i] == 1);

    /// <summary>The tensor that has a value's elements, and where: where they already are, if those of a row are neighbours.</summary>
    private static (PlanTensor Tensor, AttentionRows Rows) Operand(LoweringContext context, Value value)
    {
        StridedView view = context.Uncopied(value, PlanType.Float) is { } uncopied && uncopied.Axes.All(static axis => axis.Length <= 1) && uncopied.Axes[^1] is [] or [{ Stride: 1 }]
            ? context.Uncopied(value, PlanType.Float)! : StridedView.Of(context.Float(value, PlanOrder.Logical), value.Name);
        return (view.Source, new AttentionRows { Offset = view.Offset, Batch = Stride(4), Head = Stride(3), Row = Stride(2) });

        int Stride(int fromEnd) => view.Axes.Length >= fromEnd && view.Axes[^fromEnd] is [var step] ? step.Stride : 0;
    }

    /// <param name="Query">[…, queries, depth].</param>
    /// <param name="Key">[…, depth, keys].</param>
    /// <param name="Value">[…, keys, width].</param>
    /// <param name="Mask">Broadcasts to the scores; null for none.</param>
    /// <param name="QueryScale">Factor of the queries.</param>
    /// <param name="ScoreScale">Factor of the scores.</param>
    /// <param name="Inner">Nodes that the operator does besides the last.</param>
    /// <param name="Transposed">The node that brings the result into the order […, queries, heads, width]; null for none.</param>
    private sealed record Pattern(Value Query, Value Key, Value Value, Value? Mask, float QueryScale, float ScoreScale, IReadOnlyList<Node> Inner, Node? Transposed);
}
