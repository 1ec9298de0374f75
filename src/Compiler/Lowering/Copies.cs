using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Emits strided copies, neighbouring dimensions merged where both sides allow it.</summary>
internal static class Copies
{
    /// <summary>output[i…] = input[i… permuted]: dimension d of the output is dimension permutation[d] of the input.</summary>
    public static void Transpose(PlanBuilder plan, string name, PlanTensor input, PlanTensor output, int[] permutation) =>
        Emit(plan, name, input, output, output.Dims, Layout.Apply(permutation, Layout.Strides(input.Dims)), Layout.Strides(output.Dims));

    /// <summary>A copy over <paramref name="dims"/> with the given strides and first elements.</summary>
    public static unsafe void Emit(PlanBuilder plan, string name, PlanTensor input, PlanTensor output,
        int[] dims, int[] inStrides, int[] outStrides, int inOffset = 0, int outOffset = 0)
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
        plan.Emit(OperatorKind.Copy, name, [input], output, p);
    }
}
