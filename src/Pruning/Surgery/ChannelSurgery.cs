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
        foreach (Node node in _identities.Graph.Nodes) Rewrite(node, _nodes[node]);
        foreach (MovementRegion region in _identities.Regions) Replace(region);
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
            case "Slice" or "Gather" or "ChannelShuffle":
                RewriteSelection(node, copy);
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
        if (padding.Before[vector.Axis] <= 0 && padding.After[vector.Axis] <= 0) return;
        long[] amounts = node.ConstantInput(1)!.ToInt64s();
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, rank)];
        int entry = Array.FindIndex(axes, a => Axes.Normalise(node, a, rank) == vector.Axis);
        amounts[entry] = vector.Groups.Take(padding.Before[vector.Axis]).Count(Kept);
        amounts[entry + axes.Length] = vector.Groups.TakeLast(padding.After[vector.Axis]).Count(Kept);
        SetConstant(copy, 1, Tensor.Vector(amounts));
    }

    // One movement that picks channels: the picks are counted anew among the channels that are left.
    private void RewriteSelection(Node node, Node copy)
    {
        if (_identities.Of(node.Input(0)) is not { } from || !from.Groups.Any(c => _removed(c))) return;
        if (MovementRegion.Source(node, from.Axis) is not { } source || _identities.Of(node.Output) is not { } to) return;
        var selection = ChannelSelection.Of(from, to, source, Kept);
        selection.Rewrite(_pruned, node, copy);
    }

    private void Replace(MovementRegion region)
    {
        if (_identities.Of(region.Entry) is not { } from || !from.Groups.Any(c => _removed(c))) return;
        foreach ((Value exit, int[] source) in region.Exits)
        {
            int[] picked = [.. source.Select(s => from.Groups[s])];
            var selection = ChannelSelection.Of(from, new ChannelVector(region.Axis, picked), source, Kept);
            Value copy = _values[exit];
            _pruned.ReplaceUses(copy, selection.Emit(_pruned, _values[region.Entry], copy.Producer!, copy.Name));
        }
    }

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
