using EdgeKit.Compiler.Ir;

namespace EdgeKit.Compiler.Passes;

/// <summary>The tensors of a plan with the copies of channels between them: which are mere names of channels of another one, and which can lie inside another one.</summary>
internal sealed class ChannelGraph
{
    private readonly Dictionary<PlanTensor, ChannelNode> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlanTensor, ChannelNode> _viewed = new(ReferenceEqualityComparer.Instance);
    private readonly List<ChannelNode> _ordered = [];

    public ChannelGraph(PlanBuilder plan)
    {
        foreach (PlanTensor t in plan.Inputs) Node(t.Root).IsFixed = true;
        foreach (PlanOperator op in plan.Operators) Add(op);
        foreach (PlanTensor t in plan.Outputs) Node(t.Root).IsFixed = true;
        foreach (ChannelNode node in _ordered) NameAlias(node);
        foreach (ChannelNode node in _ordered) PlaceParts(node);
    }

    /// <summary>All tensors, in order of first mention.</summary>
    public IReadOnlyList<ChannelNode> Nodes => _ordered;

    /// <summary>The tensor whose channels <paramref name="tensor"/> has, being itself or a view of all of it under other outer dimensions; null where there is none.</summary>
    public ChannelNode? Of(PlanTensor tensor) => _viewed.GetValueOrDefault(tensor);

    /// <summary>Records which tensor's channels an operand has; false where its innermost dimension is another one.</summary>
    private bool Names(PlanTensor tensor, ChannelNode root)
    {
        if (!HasRootChannels(tensor)) return false;
        _viewed[tensor] = root;
        return true;
    }

    private static bool HasRootChannels(PlanTensor tensor) => tensor.Parent is null || (tensor.Channels == tensor.Parent.Channels && HasRootChannels(tensor.Parent));

    private ChannelNode Node(PlanTensor root)
    {
        if (_nodes.TryGetValue(root, out ChannelNode? node)) return node;
        _nodes.Add(root, node = new ChannelNode(root) { IsFixed = root.Constant is not null });
        _ordered.Add(node);
        return node;
    }

    private void Add(PlanOperator op)
    {
        ChannelNode output = Node(op.Output.Root);
        bool writesChannels = Names(op.Output, output);
        if (op.Channels is { } channels && writesChannels && Names(op.Inputs[0], Node(op.Inputs[0].Root)))
        {
            ChannelNode source = Node(op.Inputs[0].Root);
            output.Copies.Add((source, channels));
            source.Targets.Add(output);
            return;
        }
        for (int i = 0; i < op.Inputs.Length; i++)
        {
            if (op.Inputs[i].Constant is not null) continue;
            ChannelNode input = Node(op.Inputs[i].Root);
            ChannelUse use = ChannelUses.OfInput(op, i);
            if (Names(op.Inputs[i], input) && use != ChannelUse.Whole) input.Reads.Add((op, use));
            else input.IsFixed = true;
        }
        output.IsFixed |= output.Writer is not null || !writesChannels || ChannelUses.OfOutput(op) == ChannelUse.Whole;
        output.Writer = op;
    }

    /// <summary>Split, Slice and shuffle: all channels come from one tensor.</summary>
    private static void NameAlias(ChannelNode node)
    {
        if (node.IsFixed || node.Writer is not null || node.Copies.Count == 0 || node.Copies[0].Source.Tensor.Constant is not null || node.Copies.Exists(c => c.Source != node.Copies[0].Source)) return;
        int[] channels = new int[node.Channels];
        Array.Fill(channels, -1);
        foreach ((_, ChannelCopy copy) in node.Copies)
        {
            for (int i = 0; i < copy.To.Length; i++) channels[copy.To[i]] = copy.From[i];
        }
        if (channels.Contains(-1) || !SamePositions(node, node.Copies[0].Source)) return;
        node.IsAlias = true;
        node.Host = node.Copies[0].Source;
        node.HostChannels = channels;
    }

    /// <summary>Concat: a tensor that is copied whole into a wider one is computed there at once.</summary>
    private static void PlaceParts(ChannelNode node)
    {
        if (node.IsAlias || node.Writer is not null) return;
        foreach ((ChannelNode source, ChannelCopy copy) in node.Copies)
        {
            (ChannelNode part, int[] channels) = Resolve(source, copy.From);
            bool all = part.Channels == channels.Length && channels.Distinct().Count() == channels.Length;
            if (!all || part.IsFixed || part.Host is not null || part == node || !SamePositions(part, node) || part.Tensor.Type != node.Tensor.Type) continue;
            part.Host = node;
            part.HostChannels = new int[channels.Length];
            for (int i = 0; i < channels.Length; i++) part.HostChannels[channels[i]] = copy.To[i];
            node.Parts.Add(part);
        }
    }

    /// <summary>Channels of a tensor as those of the one that it names channels of.</summary>
    private static (ChannelNode Node, int[] Channels) Resolve(ChannelNode node, int[] channels) =>
        node.IsAlias ? Resolve(node.Host!, Array.ConvertAll(channels, c => node.HostChannels[c])) : (node, channels);

    private static bool SamePositions(ChannelNode a, ChannelNode b) => a.Tensor.ElementCount / a.Channels == b.Tensor.ElementCount / b.Channels;
}
