using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>
/// Movements between which channels lie along several axes (the inside of Reshape-Transpose-Reshape), whose net effect is to pick channels:
/// each exit is its entry with channels selected and everything else in place.
/// </summary>
/// <param name="Entry">The value the region reads.</param>
/// <param name="Axis">The channel axis of the entry and of every exit.</param>
/// <param name="Exits">The values the region gives, with the entry's channel for each of their channels.</param>
internal sealed record MovementRegion(Value Entry, int Axis, IReadOnlyList<(Value Value, int[] Source)> Exits)
{
    /// <summary>
    /// Finds the region that begins with a node. <paramref name="spread"/> tells whether the channels of a value lie along several axes. Null where the
    /// movements do more than to pick channels.
    /// </summary>
    public static MovementRegion? Find(Node start, int axis, Func<Value, bool> spread)
    {
        Graph graph = start.Graph;
        Value entry = start.Input(0);
        var exits = new List<(Value, int[])>();
        var pending = new Queue<(Node Node, IdentityTensor?[] Coordinates)>([(start, Coordinates(entry.Dims))]);
        while (pending.TryDequeue(out (Node Node, IdentityTensor?[] Coordinates) step))
        {
            for (int output = 0; output < step.Node.Outputs.Count; output++)
            {
                Value value = step.Node.Outputs[output];
                IdentityTensor?[] moved = [.. step.Coordinates.Select(c => c is null ? null : Movement.Push(step.Node, c, output))];
                if (moved.Where((m, a) => m is null && step.Coordinates[a] is not null).Any()) return null;
                if (!spread(value))
                {
                    if (Source(moved, axis, entry.Dims, value.Dims) is not { } source) return null;
                    exits.Add((value, source));
                    continue;
                }
                if (graph.IsOutput(value)) return null;
                foreach (Node consumer in value.Consumers)
                {
                    if (!ReferenceEquals(consumer.Input(0), value)) return null;
                    pending.Enqueue((consumer, moved));
                }
            }
        }
        return new MovementRegion(entry, axis, exits);
    }

    // The position along each axis, as a tensor that can be moved like the data. Null for axes of size 1.
    private static IdentityTensor?[] Coordinates(int[] shape) =>
        [.. shape.Select((d, a) => d > 1 ? IdentityTensor.Along(a, shape.Length, [.. Enumerable.Range(0, d)]) : null)];

    private static int[]? Source(IdentityTensor?[] moved, int axis, int[] from, int[] to)
    {
        if (from.Length != to.Length) return null;
        for (int a = 0; a < to.Length; a++)
        {
            if (a != axis && from[a] != to[a]) return null;
            if (moved[a] is not { } coordinate) continue;
            if (coordinate.Ids.Length != coordinate.Shape[a]) return null;
            if (a != axis && !coordinate.Ids.SequenceEqual(Enumerable.Range(0, from[a]))) return null;
        }
        return moved[axis]?.Ids;
    }
}
