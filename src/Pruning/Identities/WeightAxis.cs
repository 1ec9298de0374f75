using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>What the entries of a constant along one axis are to the channels they belong to.</summary>
public enum ChannelRole
{
    /// <summary>They compute the channel: rows of a dense layer's weights, and its bias.</summary>
    Producer,
    /// <summary>They are applied to the channel alone: depthwise filters, batch normalization, slopes, factors and offsets.</summary>
    Parameter,
    /// <summary>They read the channel into a dense layer: columns of its weights.</summary>
    Consumer,
}

/// <summary>Says to which channels the entries of a node's constant belong along one axis.</summary>
/// <param name="Node">The node that reads the constant.</param>
/// <param name="Input">Which input of the node the constant is.</param>
/// <param name="Axis">The axis of the constant.</param>
/// <param name="Role">What the entries are to the channels.</param>
/// <param name="Channels">
/// The channel of every position along the axis. With several blocks, those of block 0 first, then of block 1 and so on.
/// </param>
/// <param name="Blocks">
/// 1, or for axis 1 of a grouped layer's weights the number of groups: equal blocks along axis 0, each with channels of its own along axis 1.
/// </param>
internal sealed record WeightAxis(Node Node, int Input, int Axis, ChannelRole Role, int[] Channels, int Blocks = 1)
{
    /// <summary>The constant.</summary>
    public Tensor Tensor => Node.Input(Input).Constant!;

    /// <summary>Whether the constant is the weights of a layer.</summary>
    public bool IsWeights => Input == 1 && (Node.Is("Conv") || Node.Is("ConvTranspose") || Node.Is("Gemm") || Node.Is("MatMul"));

    /// <summary>The index into <see cref="Channels"/> that an element of the constant belongs to.</summary>
    /// <param name="element">Row-major index of the element.</param>
    public int IndexOf(int element)
    {
        int[] shape = Tensor.Shape;
        int inner = Inner(Axis), position = element / inner % shape[Axis];
        if (Blocks == 1) return position;
        return element / Inner(0) / (shape[0] / Blocks) * shape[Axis] + position;

        int Inner(int axis) => Onnx.Tensor.ElementCount(shape.AsSpan(axis + 1));
    }
}

/// <summary>A grouped layer demands that every one of its groups keeps equally many channels.</summary>
/// <param name="Node">The grouped layer.</param>
/// <param name="Channels">Its input or its output channels, group by group.</param>
/// <param name="Groups">The number of groups.</param>
internal sealed record EqualCounts(Node Node, int[] Channels, int Groups)
{
    /// <summary>Channels of one group.</summary>
    public int Size => Channels.Length / Groups;
}
