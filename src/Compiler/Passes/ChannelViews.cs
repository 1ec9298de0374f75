using EdgeKit.Compiler.Ir;
using EdgeKit.Compiler.Lowering;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Passes;

/// <summary>
/// Makes Concat, Split, Slice and shuffle of channels views: what reads some channels of a tensor reads them where they lie, what is joined is computed where it belongs,
/// and what is shuffled stays, its readers' weights being put into its order. What remains are copies of parts that others need elsewhere.
/// </summary>
internal sealed class ChannelViews
{
    /// <summary>Most copies that move channels in place of one that picks them.</summary>
    private const int MaxCopies = 4;

    private readonly PlanBuilder _plan;
    private readonly ChannelGraph _graph;
    private readonly ChannelOrder _order;
    private readonly Dictionary<ChannelNode, PlanTensor> _dense = [];

    private ChannelViews(PlanBuilder plan, bool reorder)
    {
        _plan = plan;
        _graph = new ChannelGraph(plan);
        _order = new ChannelOrder(_graph, reorder);
    }

    /// <summary>Runs the pass; without <paramref name="reorder"/> every tensor keeps the model's order of channels.</summary>
    public static void Run(PlanBuilder plan, bool reorder) => new ChannelViews(plan, reorder).Run();

    private void Run()
    {
        _order.Choose();
        foreach (ChannelNode node in _graph.Nodes.Where(static n => n is { Host: not null, IsAlias: false })) node.Tensor.PlaceIn(node.Host!.Root.Tensor, node.RootPositions.Min());
        PlanOperator[] operators = [.. _plan.Operators];
        _plan.Operators.Clear();
        foreach (PlanOperator op in operators)
        {
            if (op.Channels is { } channels && _graph.Of(op.Inputs[0]) is { } from && _graph.Of(op.Output) is { } to) Move(op.Name, from, to, channels);
            else _plan.Operators.Add(Rewritten(op));
        }
    }

    /// <summary>Copies channels unless they are there already.</summary>
    private void Move(string name, ChannelNode from, ChannelNode to, ChannelCopy channels)
    {
        if (to.IsAlias) return;
        int[] source = Array.ConvertAll(channels.From, c => from.RootPositions[c]), target = Array.ConvertAll(channels.To, c => to.RootPositions[c]);
        if (from.Root == to.Root && source.AsSpan().SequenceEqual(target)) return;
        CopyChannels(name, from.Root.Tensor, source, to.Root.Tensor, target);
    }

    private void CopyChannels(string name, PlanTensor from, int[] source, PlanTensor to, int[] target)
    {
        source = [.. source];
        target = [.. target];
        Array.Sort(target, source);
        if (Copies.Count(source, target) > MaxCopies)
        {
            // Channels without order (a pruned network's) are picked one by one, and lie as they are wanted then.
            bool whole = target.Length == to.Channels;
            PlanTensor picked = whole ? to : from.Like([.. from.Dims[..^1], source.Length]);
            Copies.Gathered(_plan, name, from, picked, source);
            if (whole) return;
            (from, source) = (picked, [.. Enumerable.Range(0, target.Length)]);
        }
        Copies.Channels(_plan, name, from, to, source, target);
    }

    private PlanOperator Rewritten(PlanOperator op)
    {
        PlanTensor[] inputs = [.. op.Inputs];
        int[]? order = null;
        for (int i = 0; i < inputs.Length; i++)
        {
            ChannelUse use = ChannelUses.OfInput(op, i);
            if (inputs[i].Constant is not null || use == ChannelUse.Whole || _graph.Of(inputs[i]) is not { } node) continue;
            inputs[i] = View(op, inputs[i], node, _order.Allowed(op, use), out int[] positions);
            if (i == 0) order = positions;
        }
        PlanOperator rewritten = op with { Inputs = inputs };
        if (op.Kind == OperatorKind.Binary) return ElementwiseLowering.WithStrides(rewritten);
        if (order is not null) rewritten = Reordered(rewritten, order);
        return rewritten;
    }

    /// <summary>The tensor as a view of what holds its channels, or a dense copy where they cannot be viewed.</summary>
    private PlanTensor View(PlanOperator op, PlanTensor tensor, ChannelNode node, ChannelUse use, out int[] order)
    {
        int[] positions = node.RootPositions;
        int first = positions.Min();
        order = Array.ConvertAll(positions, p => p - first);
        if (ChannelPositions.AreNeighbours(positions, use == ChannelUse.InOrder))
        {
            if (!node.IsAlias) return tensor;
            PlanTensor view = tensor.Like(tensor.Dims);
            view.PlaceIn(node.Root.Tensor, first);
            return view;
        }
        order = [.. Enumerable.Range(0, node.Channels)];
        if (!_dense.TryGetValue(node, out PlanTensor? dense))
        {
            _dense.Add(node, dense = node.Tensor.Like(node.Tensor.Dims));
            CopyChannels(op.Name, node.Root.Tensor, positions, dense, order);
        }
        return dense.Dims.AsSpan().SequenceEqual(tensor.Dims) ? dense : dense.View(tensor.Dims, tensor.Order);
    }

    /// <summary>The operator with its constants in the order of its channels in memory.</summary>
    private PlanOperator Reordered(PlanOperator op, int[] inputOrder)
    {
        ChannelNode? output = _graph.Of(op.Output);
        if (ChannelUses.OfOutput(op) == ChannelUse.Kept)
        {
            if (output is { Host: null, IsFixed: false }) output.Positions = inputOrder;
            return ConstantOrder.OfChannels(op, inputOrder);
        }
        if (ChannelUses.OfOutput(op) != ChannelUse.AnyOrder) return op;
        op = ConstantOrder.OfInputs(op, inputOrder);
        if (output is null) return op;
        int first = output.RootPositions.Min();
        return ConstantOrder.OfChannels(op, Array.ConvertAll(output.RootPositions, p => p - first));
    }
}
