using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Passes;

/// <summary>Lets elementwise operators and Softmax write over an operand that nobody reads any more: less memory, and the result lies where the cache has it.</summary>
internal static class InPlace
{
    /// <summary>Runs the pass, which must be the last that changes operators.</summary>
    public static void Run(PlanBuilder plan)
    {
        var lastUse = new Dictionary<PlanTensor, int>(ReferenceEqualityComparer.Instance);
        var writes = new Dictionary<PlanTensor, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < plan.Operators.Count; i++)
        {
            PlanOperator op = plan.Operators[i];
            foreach (PlanTensor t in op.Inputs) lastUse[t.Root] = i;
            lastUse[op.Output.Root] = i;
            writes[op.Output.Root] = writes.GetValueOrDefault(op.Output.Root) + 1;
        }
        foreach (PlanTensor t in plan.Inputs.Concat(plan.Outputs)) lastUse[t.Root] = int.MaxValue;

        for (int i = 0; i < plan.Operators.Count; i++)
        {
            PlanOperator op = plan.Operators[i];
            PlanTensor target = op.Output.Root;
            if (!WritesWhatItRead(op) || !IsWhole(op.Output) || writes[target] > 1) continue;
            PlanTensor? operand = op.Inputs.FirstOrDefault(t => IsWhole(t) && t.Dims.AsSpan().SequenceEqual(op.Output.Dims) && t.ElementBytes == op.Output.ElementBytes && lastUse[t.Root] == i);
            if (operand is null || op.Inputs.Any(t => t != operand && t.Root == operand.Root)) continue;
            int end = lastUse[target];
            target.ShareMemory(operand.Root);
            lastUse[operand.Root] = end;
        }
    }

    /// <summary>Whether the operator reads an element for the last time before it writes it.</summary>
    private static bool WritesWhatItRead(PlanOperator op) => op.Kind is OperatorKind.Binary or OperatorKind.Table or OperatorKind.Unary or OperatorKind.Softmax;

    /// <summary>Whether a tensor is all of its memory, and that no constant.</summary>
    private static bool IsWhole(PlanTensor tensor) => tensor.Root.Constant is null && tensor.IsDense && tensor.Bytes == tensor.Root.Bytes;
}
