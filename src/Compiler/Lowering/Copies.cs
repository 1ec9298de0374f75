using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Emits strided copies, neighbouring dimensions merged where both sides allow it.</summary>
internal static class Copies
{
    /// <summary>output[i…] = input[i… permuted]: dimension d of the output is dimension permutation[d] of the input.</summary>
    public static void Transpose(PlanBuilder plan, string name, PlanTensor input, PlanTensor output, int[] permutation) =>
        Emit(plan, name, input, output, output.Dims, Layout.Apply(permutation, Layout.Strides(input.Dims)), Layout.Strides(output.Dims));

    /// <summary>At every position of the innermost dimension, element to[i] of the output = element from[i] of the input. A copy for each run of regular steps.</summary>
    public static void Channels(PlanBuilder plan, string name, PlanTensor input, PlanTensor output, int[] from, int[] to)
    {
        int positions = output.ElementCount / output.Channels;
        for (int first = 0; first < from.Length;)
        {
            (int inner, int outer) = Run(from, to, first);
            int count = inner * outer;
            int In(int i) => i < from.Length ? from[i] - from[first] : 0;
            int Out(int i) => i < to.Length ? to[i] - to[first] : 0;
            PlanOperator copy = Strided(name, input, output, [positions, outer, inner],
                [input.Channels, In(first + inner), In(first + 1)], [output.Channels, Out(first + inner), Out(first + 1)], from[first], to[first]);
            plan.Operators.Add(copy with { Channels = new ChannelCopy(from[first..(first + count)], to[first..(first + count)]) });
            first += count;
        }
    }

    /// <summary>The same for a whole output, element from[i] of the input being its element i, as one operator however irregular the list is.</summary>
    public static void Gathered(PlanBuilder plan, string name, PlanTensor input, PlanTensor output, int[] from)
    {
        var p = new AxisParameters { Outer = input.ElementCount / input.Channels, Extent = input.Channels, Inner = 1 };
        PlanTensor indices = PlanTensor.Of($"{name}_indices", PlanType.Int32, from, [from.Length]);
        plan.Operators.Add(PlanOperator.Create(OperatorKind.Gather, name, [input, indices], output, p) with { Channels = new ChannelCopy(from, [.. Enumerable.Range(0, from.Length)]) });
    }

    /// <summary>How many copies <see cref="Channels"/> makes.</summary>
    public static int Count(int[] from, int[] to)
    {
        int copies = 0;
        for (int first = 0; first < from.Length; copies++)
        {
            (int inner, int outer) = Run(from, to, first);
            first += inner * outer;
        }
        return copies;
    }

    /// <summary>A copy over <paramref name="dims"/> with the given strides and first elements.</summary>
    public static void Emit(PlanBuilder plan, string name, PlanTensor input, PlanTensor output,
        int[] dims, int[] inStrides, int[] outStrides, int inOffset = 0, int outOffset = 0) =>
        plan.Operators.Add(Strided(name, input, output, dims, inStrides, outStrides, inOffset, outOffset));

    private static unsafe PlanOperator Strided(string name, PlanTensor input, PlanTensor output, int[] dims, int[] inStrides, int[] outStrides, int inOffset, int outOffset)
    {
        var merged = new List<(int Dim, int In, int Out)>();
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] == 1) continue;
            if (merged.Count > 0 && merged[^1].In == inStrides[i] * dims[i] && merged[^1].Out == outStrides[i] * dims[i])
                merged[^1] = (merged[^1].Dim * dims[i], inStrides[i], outStrides[i]);
            else
                merged.Add((dims[i], inStrides[i], outStrides[i]));
        }
        if (merged.Count == 0) merged.Add((1, 1, 1));
        CopyParameters p = default;
        p.Rank = merged.Count;
        p.InOffset = inOffset;
        p.OutOffset = outOffset;
        for (int i = 0; i < merged.Count; i++) (p.Dims[i], p.InStride[i], p.OutStride[i]) = merged[i];
        return PlanOperator.Create(OperatorKind.Copy, name, [input], output, p);
    }

    /// <summary>How far the lists go on in regular steps: runs of equal length in equal distances.</summary>
    private static (int Inner, int Outer) Run(int[] from, int[] to, int first)
    {
        int rest = from.Length - first, inner = Math.Min(2, rest), outer = 1;
        bool Steps(int i, int back) => from[i] - from[i - 1] == from[i - back] - from[i - back - 1] && to[i] - to[i - 1] == to[i - back] - to[i - back - 1];
        while (inner < rest && Steps(first + inner, 1)) inner++;
        bool Repeats(int block)
        {
            int start = first + block * inner;
            if (start + inner > from.Length) return false;
            for (int i = 0; i < inner; i++)
            {
                if (from[start + i] - from[start + i - inner] != from[first + inner] - from[first] || to[start + i] - to[start + i - inner] != to[first + inner] - to[first]) return false;
            }
            return true;
        }
        while (Repeats(outer)) outer++;
        return (inner, outer);
    }
}
