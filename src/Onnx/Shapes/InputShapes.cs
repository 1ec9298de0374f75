using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Fixes the dynamic dimensions of a graph's inputs.</summary>
internal static class InputShapes
{
    /// <summary>Sets the shape of every input from what the model and the caller say.</summary>
    /// <exception cref="ModelException">They contradict each other, or a dimension stays unknown.</exception>
    public static void Fix(Graph graph, IReadOnlyDictionary<string, int[]>? given)
    {
        foreach (string name in given?.Keys ?? [])
        {
            if (name.Length == 0 ? graph.Inputs.Count != 1 : !graph.Inputs.Any(v => v.Name == name))
                throw new ModelException($"a shape is given for {(name.Length == 0 ? "the only input" : $"input '{name}'")}; the model has the inputs {string.Join(", ", graph.Inputs.Select(static v => $"'{v.Name}'"))}");
        }
        foreach (Value input in graph.Inputs)
        {
            int[]? wanted = given is null ? null : given.TryGetValue(input.Name, out int[]? named) ? named : given.GetValueOrDefault("");
            input.Shape = Check(Combine(input, wanted));
        }
    }

    private static int[] Combine(Value input, int[]? wanted)
    {
        if (input.Shape is not { } declared)
            return wanted ?? throw new ModelException($"the model does not say the shape of input '{input.Name}'; give it with --shape");
        int[] shape = [.. declared];
        if (wanted is { Length: 2 } && shape.Length == 4) wanted = [-1, -1, .. wanted];
        if (wanted is not null && wanted.Length != shape.Length)
            throw new ModelException($"input '{input.Name}' has {shape.Length} dimensions, but the shape {Text(wanted)} is given");
        for (int i = 0; i < shape.Length; i++)
        {
            int size = wanted?[i] ?? -1;
            if (size < 0) size = shape[i];
            if (shape[i] >= 0 && shape[i] != size)
                throw new ModelException($"input '{input.Name}' has the fixed shape {Text(declared)}, but {Text(wanted)} is given; export the model with dynamic dimensions for that");
            if (size < 0 && i == 0) size = 1;
            shape[i] = size >= 0 ? size : throw new ModelException($"dimension {i} of input '{input.Name}' {Text(declared)} is not known; give the size with --shape or in the model's JSON file");
        }
        return shape;
    }
}
