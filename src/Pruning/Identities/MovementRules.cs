using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>Operators that move, join or repeat elements, or work on each channel's plane alone.</summary>
internal static class MovementRules
{
    /// <summary>Operators that only move the elements of their first input.</summary>
    public static void Move(Node node, IdentityBuilder builder)
    {
        if (builder.Get(node.Input(0)) is not { } x) return;
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (Movement.Push(node, x, i) is { } moved) builder.Set(node.Outputs[i], moved);
            else builder.Freeze(x, $"{node} does not move them in a constant way");
        }
    }

    /// <summary>DepthToSpace and SpaceToDepth: channels that make up one channel go together.</summary>
    public static void MoveBlocks(Node node, IdentityBuilder builder)
    {
        if (builder.Along(node, node.Input(0), 1) is not { } ids) return;
        if (Movement.Push(node, IdentityTensor.Along(1, 4, ids)) is { } moved) builder.Set(node.Output, builder.UniteToAxis(moved, 1));
        else builder.FreezeInputs(node, $"{node} is too large to be followed");
    }

    /// <summary>Pooling: each channel on its own.</summary>
    public static void Spatial(Node node, IdentityBuilder builder)
    {
        if (builder.Along(node, node.Input(0), 1) is not { } ids) return;
        foreach (Value output in node.Outputs)
        {
            if (output.Shape is { } shape && shape.Length == node.Input(0).Dims.Length) builder.Set(output, IdentityTensor.Along(1, shape.Length, ids));
        }
        // Positions of maxima count across channels.
        if (node.Outputs.Count > 1 && node.Outputs[1].Consumers.Count > 0) builder.FreezeInputs(node, $"{node} gives positions across channels");
    }

    /// <summary>GridSample: each channel of the map on its own; the positions are fixed.</summary>
    public static void Sample(Node node, IdentityBuilder builder)
    {
        if (builder.Get(node.Input(1)) is { } places) builder.Freeze(places, $"{node} reads them as positions");
        Spatial(node, builder);
    }

    /// <summary>Resize of the planes.</summary>
    public static void Resize(Node node, IdentityBuilder builder)
    {
        int[] from = node.Input(0).Dims, to = node.Output.Dims;
        bool constant = node.Inputs.Skip(1).All(v => v is null or { IsConstant: true });
        if (constant && from.Length > 1 && from[1] == to[1] && builder.Get(node.Input(0)) is not null) Spatial(node, builder);
        else builder.FreezeInputs(node, $"{node} resizes along channels or by a computed size");
    }

    /// <summary>
    /// Concat along the labelled axis joins the vectors; along another axis, it stacks equal channels, which are united.
    /// </summary>
    public static void Concat(Node node, IdentityBuilder builder)
    {
        Value[] inputs = [.. node.Inputs.OfType<Value>()];
        int rank = node.Output.Dims.Length, axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), rank);
        IdentityTensor?[] parts = [.. inputs.Select(builder.Get)];
        if (parts.All(p => p is null)) return;

        bool along = parts.Any(p => p is not null && p.Shape[axis] > 1);
        IdentityTensor? joined = null;
        for (int i = 0; i < parts.Length; i++)
        {
            if (along && (parts[i] is null || parts[i]!.Shape[axis] == 1)) parts[i] = Fixed(node, i, axis, parts[i], builder);
            if (!along && parts[i] is null)
            {
                builder.FreezeInputs(node, $"{node} stacks them on channels that are fixed");
                return;
            }
            if (!along && joined is not null) builder.Unite(joined, parts[i]!);
            joined = parts[i];
        }
        if (!along)
        {
            builder.Set(node.Output, joined);
            return;
        }
        // Parts that also vary along other axes must agree there.
        int[] common = Enumerable.Range(0, rank).Select(a => a == axis ? 1 : parts.Max(p => p!.Shape[a])).ToArray();
        builder.Set(node.Output, IdentityTensor.Concat([.. parts.Select(p => p!.BroadcastTo(common))], axis));
    }

    /// <summary>
    /// Pad along channels makes new channels of a constant: they vanish with whatever an addition unites them with. Edge and reflect modes copy
    /// positions, which is followed along other axes only.
    /// </summary>
    public static void Pad(Node node, IdentityBuilder builder)
    {
        if (builder.Get(node.Input(0)) is not { } x) return;
        if (Padding.Of(node, x.Shape.Length) is not { } padding)
        {
            builder.Freeze(x, $"{node} pads by computed amounts");
            return;
        }
        int[] padded = [.. x.Axes.Where(a => padding.Before[a] != 0 || padding.After[a] != 0)];
        if (padded.Length == 0)
        {
            builder.Set(node.Output, x);
            return;
        }
        int axis = padded[0];
        x = builder.UniteToAxis(x, axis);
        if (!padding.IsConstant)
        {
            builder.Freeze(x, $"{node} fills up with copies of them");
            return;
        }
        int[] ids = [.. builder.Fresh(padding.Before[axis]), .. x.Vector(axis), .. builder.Fresh(padding.After[axis])];
        builder.Set(node.Output, IdentityTensor.Along(axis, x.Shape.Length, ids));
    }

    /// <summary>Expand: axes that were 1 are new and fixed.</summary>
    public static void Expand(Node node, IdentityBuilder builder)
    {
        if (node.ConstantInput(1) is null) builder.FreezeInputs(node, $"{node} expands to a computed shape");
        else builder.Set(node.Output, builder.Get(node.Input(0))?.ToRank(node.Output.Dims.Length));
    }

    // A part whose channels are not tracked takes part with channels that are never removed.
    private static IdentityTensor Fixed(Node node, int input, int axis, IdentityTensor? part, IdentityBuilder builder)
    {
        builder.Freeze(part, $"{node} joins them along another axis");
        int[] shape = node.Input(input).Dims;
        IdentityTensor fresh = IdentityTensor.Along(axis, shape.Length, builder.Fresh(shape[axis]));
        builder.Freeze(fresh, $"fixed channels of '{node.Input(input).Name}'");
        return fresh;
    }
}
