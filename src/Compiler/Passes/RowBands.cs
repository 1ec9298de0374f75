using EdgeKit.Compiler.Ir;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Passes;

/// <summary>
/// Groups neighbouring convolutions (depthwise and pointwise; expand, depthwise and project) whose tensors between them would leave the cache: the runtime goes through them band by band of rows, so that a
/// consumer finds what it reads still in the cache.
/// </summary>
internal static class RowBands
{
    /// <summary>Bytes of a tensor that is taken to leave a small second-level cache, half of which others use.</summary>
    public const long CacheBytes = 256 * 1024;

    private const int MaxLength = 3;

    /// <summary>Runs the pass, after which operators keep their order.</summary>
    public static void Run(PlanBuilder plan, long cacheBytes)
    {
        var readers = new Dictionary<PlanTensor, int>(ReferenceEqualityComparer.Instance);
        foreach (PlanTensor t in plan.Operators.SelectMany(static op => op.Inputs.Append(op.Output))) readers[t.Root] = readers.GetValueOrDefault(t.Root) + 1;
        foreach (PlanTensor t in plan.Outputs) readers[t.Root] = int.MaxValue;
        for (int i = 0; i < plan.Operators.Count; i++)
        {
            int length = 1;
            while (length < MaxLength && i + length < plan.Operators.Count && Linked(plan.Operators[i + length - 1], plan.Operators[i + length], readers, cacheBytes)) length++;
            if (length == 1) continue;
            plan.Operators[i].Band = length;
            i += length - 1;
        }
    }

    /// <summary>Whether the only reader of a large tensor that one writer writes is the next operator.</summary>
    private static bool Linked(PlanOperator producer, PlanOperator consumer, Dictionary<PlanTensor, int> uses, long cacheBytes)
    {
        const int writerAndReader = 2;
        PlanTensor middle = producer.Output;
        return producer.Kind == OperatorKind.Conv && consumer.Kind == OperatorKind.Conv && consumer.Inputs[0] == middle && uses[middle.Root] == writerAndReader
            && middle.Root == middle && middle.Dims.Length == 4 && middle.Dims[0] == 1 && middle.Bytes > cacheBytes;
    }
}
