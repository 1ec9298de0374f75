using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Finds where numbers that are not finite come from: what is noticed at an activation often began many layers before.</summary>
public static class FiniteNumbers
{
    /// <summary>Refuses weights and biases that are not finite.</summary>
    /// <param name="graph">A float graph.</param>
    /// <exception cref="ModelException">A layer has such weights; the message names it.</exception>
    public static void RequireWeights(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            // Of other operators infinite constants may be meant: bounds, masks, what padding adds.
            if (node.OpType is not ("Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization")) continue;
            foreach (Value? input in node.Inputs)
                if (input is { Constant: { Type: ElementType.Float } weights } && !IsFinite(weights.AsSpan<float>()))
                    throw ModelException.At(node, $"its weights '{input.Name}' hold NaN or infinity; export the model again from a sound checkpoint");
        }
    }

    /// <summary>Whether all numbers are finite.</summary>
    public static bool IsFinite(ReadOnlySpan<float> numbers)
    {
        // 0 for finite numbers, NaN for the others.
        float sum = 0;
        foreach (float v in numbers) sum += v * 0;
        return sum == 0;
    }

    /// <summary>The error for an activation that is not finite; it names the first node that yields such numbers.</summary>
    /// <param name="graph">The graph, or the part of it that was run.</param>
    /// <param name="feeds">What it was run on.</param>
    /// <param name="value">Where it was noticed.</param>
    /// <param name="picture">What it was run on, in words.</param>
    public static ModelException Error(Graph graph, IReadOnlyDictionary<string, Tensor> feeds, string value, string picture)
    {
        const string WayOut = "check the preprocessing and the weights";
        if (feeds.FirstOrDefault(static f => !IsFinite(f.Value.AsSpan<float>())).Key is { } feed) return new ModelException($"activation '{feed}' is not finite on {picture}; {WayOut}");
        var broken = new HashSet<string>(StringComparer.Ordinal);
        string[] values = [.. graph.Nodes.SelectMany(static n => n.Outputs).Where(static v => !v.IsConstant && v.Type == ElementType.Float).Select(static v => v.Name)];
        IActivationSource source = RuntimeActivationSource.Create(graph);
        using (source as IDisposable)
        {
            source.Run(feeds, values, (name, data) =>
            {
                if (!IsFinite(data)) broken.Add(name);
            });
        }
        return graph.Nodes.FirstOrDefault(n => n.Outputs.Any(v => broken.Contains(v.Name))) is { } first
            ? ModelException.At(first, $"yields NaN or infinity on {picture}; {WayOut}")
            : new ModelException($"activation '{value}' is not finite on {picture}; {WayOut}");
    }
}
