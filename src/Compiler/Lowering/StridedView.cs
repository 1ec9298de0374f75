using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// A value that is some elements of a tensor in other places, not yet copied: chains of Reshape, Transpose and Slice become one copy, or none where the
/// elements lie as their reader wants them.
/// </summary>
/// <param name="Source">Where the elements are, dense.</param>
/// <param name="Offset">First element.</param>
/// <param name="Axes">For each dimension of the value, in the model's order, the steps it is made of, outermost first; none of size 1.</param>
/// <param name="Name">Node that the copy is of.</param>
internal sealed record StridedView(PlanTensor Source, int Offset, StridedView.Step[][] Axes, string Name)
{
    /// <summary>Elements in equal distances.</summary>
    internal readonly record struct Step(int Size, int Stride);

    /// <summary>Dimensions in the model's order.</summary>
    public int[] Dims => [.. Axes.Select(static axis => axis.Aggregate(1, static (product, step) => product * step.Size))];

    private IEnumerable<Step> Steps => Axes.SelectMany(static axis => axis);

    /// <summary>A whole tensor.</summary>
    public static StridedView Of(PlanTensor tensor, string name)
    {
        int rank = tensor.Dims.Length;
        int[] strides = Layout.Strides(tensor.Dims);
        return new StridedView(tensor, 0, [.. Enumerable.Range(0, rank).Select(axis => Layout.Axis(axis, rank, tensor.Order)).Select(d => Split(tensor.Dims[d], strides[d]))], name);
    }

    /// <summary>The dimensions in another order.</summary>
    public StridedView Transpose(int[] permutation, string name) => this with { Axes = Array.ConvertAll(permutation, axis => Axes[axis]), Name = name };

    /// <summary>Some elements along a dimension; null where that is made of several steps.</summary>
    public StridedView? Slice(int axis, int start, int step, int count, string name)
    {
        if (Axes[axis].Length > 1) return null;
        int stride = Axes[axis] is [var only] ? only.Stride : 0;
        Step[][] axes = [.. Axes];
        axes[axis] = Split(count, stride * step);
        return this with { Offset = Offset + start * stride, Axes = axes, Name = name };
    }

    /// <summary>The same elements under other dimensions; null where a step would have to be taken apart unevenly.</summary>
    public StridedView? Reshape(int[] dims, string name)
    {
        var rest = new Stack<Step>(Merged([.. Steps]));
        var axes = new Step[dims.Length][];
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            var axis = new List<Step>();
            for (int open = dims[d]; open > 1;)
            {
                if (!rest.TryPop(out Step step)) return null;
                if (step.Size > open)
                {
                    if (step.Size % open != 0) return null;
                    rest.Push(new Step(step.Size / open, step.Stride * open));
                    step = step with { Size = open };
                }
                if (open % step.Size != 0) return null;
                axis.Insert(0, step);
                open /= step.Size;
            }
            axes[d] = Merged(axis);
        }
        return rest.Count == 0 ? this with { Axes = axes, Name = name } : null;
    }

    /// <summary>Whether the elements of the source are those of the value in the given order.</summary>
    public bool Lies(PlanOrder order)
    {
        int[] dims = Dims;
        if (Offset != 0 || Source.ElementCount != dims.Aggregate(1, static (a, b) => a * b)) return false;
        int next = 1;
        foreach (Step step in Physical(order).Reverse())
        {
            if (step.Stride != next) return false;
            next *= step.Size;
        }
        return true;
    }

    /// <summary>Whether the channels of a map are neighbours in memory.</summary>
    public bool HasChannelsLast => Axes.Length >= 3 && Axes[1] is [.., { Stride: 1 }];

    /// <summary>Whether one copy operator can make it.</summary>
    public bool IsCopyable => Steps.Count() <= TensorRecord.MaxRank;

    /// <summary>Emits the copy to where the value begins in a tensor of the strides <paramref name="strides"/> (physical, in the given order).</summary>
    public void CopyTo(PlanBuilder plan, PlanTensor target, PlanOrder order, int[] strides, int offset = 0)
    {
        int rank = Axes.Length;
        var dims = new List<int>();
        var from = new List<int>();
        var to = new List<int>();
        for (int d = 0; d < rank; d++)
        {
            Step[] axis = Axes[order == PlanOrder.Logical ? d : Layout.PermutationToChannelsLast(rank)[d]];
            int stride = strides[d] * axis.Aggregate(1, static (product, step) => product * step.Size);
            foreach (Step step in axis)
            {
                stride /= step.Size;
                dims.Add(step.Size);
                from.Add(step.Stride);
                to.Add(stride);
            }
        }
        Copies.Emit(plan, Name, Source, target, [.. dims], [.. from], [.. to], Offset, offset);
    }

    private IEnumerable<Step> Physical(PlanOrder order) =>
        order == PlanOrder.Logical ? Steps : Layout.PermutationToChannelsLast(Axes.Length).SelectMany(axis => Axes[axis]);

    private static Step[] Split(int size, int stride) => size == 1 ? [] : [new Step(size, stride)];

    private static Step[] Merged(List<Step> axis)
    {
        for (int i = axis.Count - 1; i > 0; i--)
        {
            if (axis[i - 1].Stride != axis[i].Stride * axis[i].Size) continue;
            axis[i - 1] = new Step(axis[i - 1].Size * axis[i].Size, axis[i].Stride);
            axis.RemoveAt(i);
        }
        return [.. axis];
    }
}
