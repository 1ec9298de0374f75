namespace EdgeKit.Onnx.Reference;

/// <summary>Pad: inputs x, pads (all beginnings, then all ends; negative ones crop), optional value and optional axes.</summary>
internal static class Padding
{
    public static Tensor[] Pad(Call call)
    {
        Tensor x = call.Input(0);
        int[] pads = call.Ints(1);
        int[] axes = call.Optional(3) is null ? [.. Enumerable.Range(0, x.Rank)] : Axes.Normalise(call.Node, call.Ints(3), x.Rank);
        if (pads.Length != 2 * axes.Length) throw call.Error($"pads has {pads.Length} elements where {2 * axes.Length} are wanted");
        string mode = call.Attributes.String("mode", "constant");
        Tensor? value = call.Optional(2);
        if (value is not null && (value.Type != x.Type || value.Length != 1)) throw call.Error($"cannot pad {x} with {value}");

        Tensor result = x;
        for (int i = 0; i < axes.Length; i++)
        {
            int before = pads[i], after = pads[axes.Length + i];
            if (before == 0 && after == 0) continue;
            int[] sources = Sources(call, mode, x.Shape[axes[i]], before, after);
            int[] shape = [.. result.Shape];
            shape[axes[i]] = sources.Length;
            call.Count(shape);
            result = TypeDispatch.Run(x.Type, new PadWork(result, axes[i], sources, value, shape));
        }
        return [result];
    }

    /// <summary>Where the elements along an axis come from; -1 is the padding value.</summary>
    private static int[] Sources(Call call, string mode, int size, int before, int after)
    {
        long padded = (long)size + before + after;
        if (padded < 0) throw call.Error($"pads {before} and {after} remove more than the {size} elements of an axis");
        int[] sources = new int[call.Count([(int)Math.Min(padded, int.MaxValue)])];
        for (int i = 0; i < sources.Length; i++)
        {
            int at = i - before;
            bool inside = at >= 0 && at < size;
            sources[i] = mode switch
            {
                "constant" => inside ? at : -1,
                _ when size == 0 => throw call.Error("cannot repeat elements of an empty axis"),
                "edge" => Math.Clamp(at, 0, size - 1),
                "reflect" => inside ? at : Mirror(at),
                "wrap" => (at % size + size) % size,
                _ => throw call.Error($"mode = '{mode}' is not known"),
            };
        }
        return sources;

        // The edge element itself is not repeated, so there are size - 1 others to show on each side.
        int Mirror(int at)
        {
            int mirrored = at < 0 ? -at : 2 * (size - 1) - at;
            return mirrored >= 0 && mirrored < size ? mirrored : throw call.Error($"cannot reflect {before} and {after} elements about an axis of {size}");
        }
    }

    private readonly record struct PadWork(Tensor X, int Axis, int[] Sources, Tensor? Value, int[] Shape) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = new T[Tensor.ElementCount(Shape)];
            T fill = Value is null ? default : Value.AsSpan<T>()[0];
            int block = Tensor.ElementCount(Shape.AsSpan(Axis + 1)), outer = X.Shape[Axis] * block;
            int outers = Tensor.ElementCount(Shape.AsSpan(0, Axis));
            ReadOnlySpan<T> from = X.AsSpan<T>();
            Span<T> to = y;
            for (int i = 0; i < outers; i++)
            {
                foreach (int source in Sources)
                {
                    if (source < 0) to[..block].Fill(fill);
                    else from.Slice(i * outer + source * block, block).CopyTo(to);
                    to = to[block..];
                }
            }
            return Tensor.Of(y, Shape);
        }
    }
}
