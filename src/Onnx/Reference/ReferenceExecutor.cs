namespace EdgeKit.Onnx;

/// <summary>Runs a whole graph on the reference operators, node by node.</summary>
public static class ReferenceExecutor
{
    /// <summary>Computes the outputs of a graph.</summary>
    /// <param name="graph">The graph, whose nodes are in topological order.</param>
    /// <param name="feeds">A tensor for each graph input, by name.</param>
    /// <param name="alsoReturn">Names of further values that the caller wants to see.</param>
    /// <returns>The outputs and the values of <paramref name="alsoReturn"/>, by name. Intermediates are freed after their last use.</returns>
    /// <exception cref="ModelException">A feed is missing or does not fit its input, or an operator is not supported.</exception>
    public static Dictionary<string, Tensor> Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string>? alsoReturn = null)
    {
        var known = new Dictionary<Value, Tensor>();
        foreach (Value input in graph.Inputs)
        {
            if (!feeds.TryGetValue(input.Name, out Tensor? tensor)) throw new ModelException($"input '{input.Name}' is not fed");
            if (!Fits(tensor, input)) throw new ModelException($"{tensor} does not fit the input {input}");
            known[input] = tensor;
        }
        var kept = new HashSet<Value>(graph.Outputs);
        foreach (string name in alsoReturn ?? [])
            kept.Add(graph.Find(name) ?? throw new ModelException($"there is no value '{name}' in the graph"));

        var reads = new Dictionary<Value, int>();
        foreach (Node node in graph.Nodes)
        {
            Tensor?[] inputs = [.. node.Inputs.Select(Read)];
            Tensor[] results = ReferenceOperators.Evaluate(node, inputs);
            foreach (Value? input in node.Inputs)
            {
                if (input is null || input.IsConstant) continue;
                reads[input] = reads.GetValueOrDefault(input) + 1;
                if (reads[input] == input.Consumers.Count && !kept.Contains(input)) known.Remove(input);
            }
            for (int i = 0; i < results.Length; i++)
                if (node.Outputs[i].Consumers.Count > 0 || kept.Contains(node.Outputs[i])) known[node.Outputs[i]] = results[i];
        }
        return kept.ToDictionary(static v => v.Name, v => Read(v)!);

        Tensor? Read(Value? value) =>
            value is null ? null
            : value.Constant ?? (known.TryGetValue(value, out Tensor? tensor) ? tensor : throw new ModelException($"value '{value.Name}' is computed by no node before it is read"));
    }

    private static bool Fits(Tensor tensor, Value input)
    {
        if (input.Type != ElementType.Undefined && input.Type != tensor.Type) return false;
        if (input.Shape is not { } shape) return true;
        return shape.Length == tensor.Rank && shape.Zip(tensor.Shape).All(static pair => pair.First < 0 || pair.First == pair.Second);
    }
}
