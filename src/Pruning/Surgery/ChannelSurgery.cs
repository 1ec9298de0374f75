using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Surgery;

/// <summary>Cuts channel groups out of a graph: every constant that holds them, and every constant that tells a shape or a position.</summary>
internal sealed class ChannelSurgery
{
    private readonly ChannelIdentities _identities;
    private readonly Predicate<int> _removed;
    private readonly Graph _pruned;
    private readonly Dictionary<Value, Value> _values = [];
    private readonly Dictionary<Node, Node> _nodes = [];

    private ChannelSurgery(ChannelIdentities identities, Predicate<int> removed)
    {
        _identities = identities;
        _removed = removed;
        _pruned = identities.Graph.Clone();
        foreach (Value v in identities.Graph.Values) _values.Add(v, _pruned.Find(v.Name)!);
        foreach ((Node node, Node copy) in identities.Graph.Nodes.Zip(_pruned.Nodes)) _nodes.Add(node, copy);
    }

    /// <summary>A copy of the graph without the removed groups. Every value must keep at least one channel and grouped layers equally many a group.</summary>
    public static Graph Remove(ChannelIdentities identities, IReadOnlySet<int> groups)
    {
        var surgery = new ChannelSurgery(identities, groups.Contains);
        surgery.Run();
        return surgery._pruned;
    }

    private void Run()
    {
        foreach (IGrouping<(Node Node, int Input), WeightAxis> constant in _identities.WeightAxes.GroupBy(w => (w.Node, w.Input)))
        {
            if (constant.Any(w => w.Channels.Any(c => _removed(c))))
                SetConstant(_nodes[constant.Key.Node], constant.Key.Input, Cut.Remove(constant, _removed));
        }
        // In topological order: what a selection reads is final when it is made.
        var exits = _identities.Regions.SelectMany(static r => r.Exits.Select(e => (e.Value, r.Entry, e.Source))).ToDictionary(static e => e.Value);
        foreach (Node node in _identities.Graph.Nodes)
        {
            Rewrite(node, _nodes[node]);
            foreach (Value output in node.Outputs)
                if (exits.TryGetValue(output, out var exit)) Select(output, exit.Entry, exit.Source);
        }
        _pruned.RemoveDead();
        foreach (Value value in _pruned.Nodes.SelectMany(n => n.Outputs)) value.Shape = null;
        ShapeInference.Run(_pruned);
        CheckShapes();
    }

    private void Rewrite(Node node, Node copy)
    {
        switch (node.OpType)
        {
            case "Conv" or "ConvTranspose":
                int channels = node.Input(0).Dims[1];
                if (channels > 1 && node.Attributes.Int("group", 1) == channels) copy.Attributes.Set("group", Dims(node.Input(0))[1]);
                break;
            case "Reshape" or "Expand":
                RewriteShape(node, copy, 1);
                break;
            case "Resize" when node.Optional(3) is not null && node.Input(0).Dims.Length == node.Input(3).Dims[0]:
                RewriteShape(node, copy, 3);
                break;
            case "Split":
                int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), node.Input(0).Dims.Length);
                SetConstant(copy, 1, Tensor.Vector([.. node.Outputs.Select(v => (long)Dims(v)[axis])]));
                break;
            case "Pad":
                RewritePad(node, copy);
                break;
            case "Slice":
                RewriteSlice(node, copy);
                break;
            case "Gather":
                RewriteGather(node, copy);
                break;
            case "ChannelShuffle" when _identities.Of(node.Input(0))?.Axis == 1:
                Select(node.Output, node.Input(0), Movement.Shuffled(node.Input(0).Dims[1], node.Attributes.Int("groups", 1)));
                break;
        }
    }

    // Entries that did not change stay as they are written: 0 and -1 mean what they meant.
    private void RewriteShape(Node node, Node copy, int input)
    {
        int[] before = node.Output.Dims, after = Dims(node.Output);
        if (before.SequenceEqual(after)) return;
        long[] shape = node.ConstantInput(input)!.ToInt64s();
        for (int a = 0; a < shape.Length; a++)
        {
            // An Expand may be told fewer axes than its output has.
            int axis = a + after.Length - shape.Length;
            if (before[axis] != after[axis] && shape[a] != -1) shape[a] = after[axis];
        }
        SetConstant(copy, input, Tensor.Vector(shape));
    }

    private void RewritePad(Node node, Node copy)
    {
        if (_identities.Of(node.Output) is not { } vector) return;
        int rank = node.Output.Dims.Length;
        Padding padding = Padding.Of(node, rank)!;
        if (padding.Before[vector.Axis] == 0 && padding.After[vector.Axis] == 0) return;
        long[] amounts = node.ConstantInput(1)!.ToInt64s();
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, rank)];
        int entry = Array.FindIndex(axes, a => Axes.Normalise(node, a, rank) == vector.Axis);
        amounts[entry] = vector.Groups.Take(padding.Before[vector.Axis]).Count(Kept);
        amounts[entry + axes.Length] = vector.Groups.TakeLast(padding.After[vector.Axis]).Count(Kept);
        SetConstant(copy, 1, Tensor.Vector(amounts));
    }

    // A movement that picks channels: the picks are counted anew among the channels that are left.
    private void RewriteSlice(Node node, Node copy)
    {
        if (Thinned(node.Input(0)) is not { } from) return;
        foreach (SliceBounds b in SliceBounds.Of(node, node.Input(0).Dims)!)
            if (b.Axis == from.Axis) ChannelSelection.Of(from, b.Positions, Kept).RewriteSlice(_pruned, node, b.Entry, copy);
    }

    private void RewriteGather(Node node, Node copy)
    {
        if (Thinned(node.Input(0)) is not { } from || Axes.Normalise(node, node.Attributes.Int("axis", 0), node.Input(0).Dims.Length) != from.Axis) return;
        Tensor indices = node.ConstantInput(1)!;
        int[] source = Array.ConvertAll(indices.ToInt32s(), i => i < 0 ? i + from.Groups.Length : i);
        long[] picks = Array.ConvertAll(ChannelSelection.Of(from, source, Kept).Picks, static p => (long)p);
        // A single index drops the axis; its channel is never removed.
        SetConstant(copy, 1, indices.Rank == 0 ? Tensor.Scalar(picks[0]) : Tensor.Vector(picks));
    }

    // Puts a new selection of one value's channels in the place of another value.
    private void Select(Value value, Value from, int[] source)
    {
        if (Thinned(from) is not { } channels) return;
        Value old = _values[value];
        _values[value] = ChannelSelection.Of(channels, source, Kept).Emit(_pruned, _values[from], old.Producer!, old.Name);
        _pruned.ReplaceUses(old, _values[value]);
    }

    // The channels of a value that loses some of them.
    private ChannelVector? Thinned(Value value) => _identities.Of(value) is { } vector && vector.Groups.Any(g => _removed(g)) ? vector : null;

    private void SetConstant(Node copy, int input, Tensor tensor) =>
        copy.SetInput(input, _pruned.NewConstant(copy.Optional(input)?.Name ?? $"{copy.Name}_{input}", tensor));

    private bool Kept(int group) => !_removed(group);

    private int[] Dims(Value value)
    {
        int[] dims = [.. value.Dims];
        if (_identities.Of(value) is { } vector) dims[vector.Axis] = vector.Groups.Count(Kept);
        return dims;
    }

    private void CheckShapes()
    {
        foreach ((Value value, Value copy) in _values)
        {
            if (copy.Producer is null || !ReferenceEquals(_pruned.Find(copy.Name), copy)) continue;
            if (!Dims(value).SequenceEqual(copy.Dims))
                throw new InvalidOperationException($"'{value.Name}' has shape [{string.Join(',', copy.Dims)}] after pruning, not [{string.Join(',', Dims(value))}]");
        }
    }
}
