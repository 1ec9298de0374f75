using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>One entry of a constant that belongs to a channel.</summary>
/// <param name="Node">The node that reads the constant.</param>
/// <param name="Input">Which input of the node the constant is.</param>
/// <param name="Axis">The axis of the constant.</param>
/// <param name="Position">
/// The position along the axis; for the columns of a grouped layer counted over all groups, so that it is the input channel.
/// </param>
/// <param name="Role">What the entry is to the channel.</param>
public readonly record struct ChannelMember(Node Node, int Input, int Axis, int Position, ChannelRole Role);

/// <summary>Channels that can only be kept or removed together.</summary>
public sealed class ChannelGroup
{
    internal ChannelGroup(int index, IReadOnlyList<ChannelMember> members, IReadOnlyList<string> frozen)
    {
        Index = index;
        Members = members;
        FrozenReasons = frozen;
    }

    /// <summary>Place in <see cref="ChannelIdentities.Groups"/>.</summary>
    public int Index { get; }

    /// <summary>All entries of constants that go with the group.</summary>
    public IReadOnlyList<ChannelMember> Members { get; }

    /// <summary>Why the group must stay; empty when it may be removed.</summary>
    public IReadOnlyList<string> FrozenReasons { get; }

    /// <summary>Whether the group must stay.</summary>
    public bool IsFrozen => FrozenReasons.Count > 0;

    /// <summary>The layers that compute the group's channels, in graph order.</summary>
    public IEnumerable<Node> Producers => Members.Where(m => m.Role == ChannelRole.Producer && m.Input == 1).Select(m => m.Node).Distinct();
}
