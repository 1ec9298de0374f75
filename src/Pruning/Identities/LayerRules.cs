using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>Layers with weights.</summary>
internal static class LayerRules
{
    /// <summary>Conv: weights [M, C/groups, k...]. Depthwise filters belong to the input's channels; other layers make channels of their own.</summary>
    public static void Convolution(Node node, IdentityBuilder builder)
    {
        if (!HasConstantWeights(node, builder)) return;
        int groups = node.Attributes.Int("group", 1);
        int[]? input = builder.Along(node, node.Input(0), 1);
        if (groups > 1 && groups == node.Input(0).Dims[1])
        {
            Depthwise(node, builder, input);
            return;
        }
        builder.Record(node, 1, 1, ChannelRole.Consumer, input, groups);
        int[]? output = builder.SetFresh(node.Output, 1);
        builder.Record(node, 1, 0, ChannelRole.Producer, output);
        builder.Record(node, 2, 0, ChannelRole.Producer, output);
        KeepGroupsEqual(node, builder, groups, input, output);
    }

    /// <summary>ConvTranspose: weights [C, M/groups, k...].</summary>
    public static void TransposedConvolution(Node node, IdentityBuilder builder)
    {
        if (!HasConstantWeights(node, builder)) return;
        int groups = node.Attributes.Int("group", 1);
        int[]? input = builder.Along(node, node.Input(0), 1);
        if (groups > 1 && groups == node.Input(0).Dims[1] && node.Input(1).Dims[1] == 1)
        {
            Depthwise(node, builder, input);
            return;
        }
        builder.Record(node, 1, 0, ChannelRole.Consumer, input);
        int[]? output = builder.SetFresh(node.Output, 1);
        builder.Record(node, 1, 1, ChannelRole.Producer, output, groups);
        builder.Record(node, 2, 0, ChannelRole.Producer, output);
        KeepGroupsEqual(node, builder, groups, input, output);
    }

    /// <summary>Gemm with constant B.</summary>
    public static void Gemm(Node node, IdentityBuilder builder)
    {
        if (node.Attributes.Int("transA", 0) != 0 || node.Optional(2) is { IsConstant: false })
        {
            builder.FreezeInputs(node, $"{node} is no layer with constant weights");
            return;
        }
        if (!HasConstantWeights(node, builder)) return;
        bool rows = node.Attributes.Int("transB", 0) != 0;
        builder.Record(node, 1, rows ? 1 : 0, ChannelRole.Consumer, builder.Along(node, node.Input(0), 1));
        int[]? output = builder.SetFresh(node.Output, 1);
        builder.Record(node, 1, rows ? 0 : 1, ChannelRole.Producer, output);
        if (node.ConstantInput(2) is { Rank: > 0 } bias && bias.Shape[^1] > 1)
            builder.Record(node, 2, bias.Rank - 1, ChannelRole.Producer, output);
    }

    /// <summary>MatMul: with a constant matrix a dense layer along the last axis, else a product of two activations.</summary>
    public static void MatMul(Node node, IdentityBuilder builder)
    {
        Value x = node.Input(0);
        int last = x.Dims.Length - 1;
        if (node.Inputs.Any(static v => v!.Dims.Length < 2))
        {
            builder.FreezeInputs(node, $"{node} multiplies a vector");
            return;
        }
        if (node.ConstantInput(1) is not { Rank: 2 })
        {
            Product(node, builder);
            return;
        }
        builder.Record(node, 1, 0, ChannelRole.Consumer, builder.Along(node, x, last));
        builder.Record(node, 1, 1, ChannelRole.Producer, builder.SetFresh(node.Output, last));
    }

    /// <summary>BatchNormalization: one number a channel at inputs 1 to 4.</summary>
    public static void BatchNormalization(Node node, IdentityBuilder builder)
    {
        if (node.Inputs.Skip(1).Any(v => v is { IsConstant: false }))
        {
            builder.FreezeInputs(node, $"{node} has computed parameters");
            return;
        }
        if (builder.Along(node, node.Input(0), 1) is not { } ids) return;
        for (int i = 1; i < node.Inputs.Count; i++) builder.Record(node, i, 0, ChannelRole.Parameter, ids);
        builder.Set(node.Outputs[0], IdentityTensor.Along(1, node.Input(0).Dims.Length, ids));
    }

    /// <summary>Product of two activations: what is summed over must stay; the columns of the second pass, or else the rows of the first.</summary>
    private static void Product(Node node, IdentityBuilder builder)
    {
        int rank = node.Output.Dims.Length;
        IdentityTensor? rows = Passing(0, rank - 2), columns = Passing(1, rank - 1);
        if (columns is not null) builder.Freeze(rows, $"{node} has channels on both sides");
        builder.Set(node.Output, columns ?? rows);

        // Matrices of a stack belong to those of the other operand, so that only whole rows or columns of all of them may go.
        IdentityTensor? Passing(int input, int axis)
        {
            if (builder.Get(node.Input(input))?.ToRank(rank) is not { } x) return null;
            if (x.Axes.Contains(axis) && !x.Axes.Contains(input == 0 ? rank - 1 : rank - 2)) return builder.UniteToAxis(x, axis);
            builder.Freeze(x, $"{node} sums over them");
            return null;
        }
    }

    private static void Depthwise(Node node, IdentityBuilder builder, int[]? input)
    {
        if (input is null) return;
        int[] shape = node.Output.Dims;
        int multiplier = shape[1] / input.Length;
        int[] output = [.. input.SelectMany(id => Enumerable.Repeat(id, multiplier))];
        builder.Record(node, 1, 0, ChannelRole.Parameter, output);
        builder.Record(node, 2, 0, ChannelRole.Parameter, output);
        builder.Set(node.Output, IdentityTensor.Along(1, shape.Length, output));
    }

    private static void KeepGroupsEqual(Node node, IdentityBuilder builder, int groups, int[]? input, int[]? output)
    {
        if (groups == 1) return;
        if (input is not null) builder.EqualCounts.Add(new EqualCounts(node, input, groups));
        if (output is not null) builder.EqualCounts.Add(new EqualCounts(node, output, groups));
    }

    private static bool HasConstantWeights(Node node, IdentityBuilder builder)
    {
        bool constant = node.Input(1).IsConstant && node.Optional(2) is null or { IsConstant: true };
        if (!constant) builder.FreezeInputs(node, $"{node} has computed weights");
        return constant;
    }
}
