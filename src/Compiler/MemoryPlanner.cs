using EdgeKit.Compiler.Ir;

namespace EdgeKit.Compiler;

/// <summary>
/// Places the activations of a plan in one arena: greedy by size over lifetimes (the largest tensor first, each at the lowest offset where nothing that
/// lives at the same time lies), as described in Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020.
/// </summary>
internal static class MemoryPlanner
{
    private const long Alignment = 64;

    /// <summary>Offsets of the root tensors and the size of the arena in bytes.</summary>
    public static (Dictionary<PlanTensor, long> Offsets, long ArenaBytes) Place(PlanBuilder plan)
    {
        List<Block> blocks = Lifetimes(plan);
        var placed = new List<Block>();
        foreach (Block block in blocks.OrderByDescending(static b => b.Bytes).ThenBy(static b => b.First))
        {
            long offset = 0;
            foreach (Block other in placed.Where(o => o.First <= block.Last && block.First <= o.Last).OrderBy(static o => o.Offset))
            {
                if (offset + block.Bytes <= other.Offset) break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }
            block.Offset = offset;
            placed.Add(block);
        }
        return (blocks.ToDictionary(static b => b.Tensor, static b => b.Offset), blocks.Select(static b => b.Offset + b.Bytes).DefaultIfEmpty().Max());
    }

    private static List<Block> Lifetimes(PlanBuilder plan)
    {
        var blocks = new Dictionary<PlanTensor, Block>();
        void Touch(PlanTensor tensor, int step)
        {
            PlanTensor root = tensor.Root;
            if (root.Constant is not null) return;
            if (!blocks.TryGetValue(root, out Block? block))
                blocks.Add(root, block = new Block { Tensor = root, Bytes = (root.Bytes + Alignment - 1) / Alignment * Alignment, First = step });
            block.Last = Math.Max(block.Last, step);
        }
        // Inputs stay as they were fed, so that a plan can be run again on them.
        foreach (PlanTensor t in plan.Inputs)
        {
            Touch(t, -1);
            Touch(t, plan.Operators.Count);
        }
        for (int i = 0; i < plan.Operators.Count;)
        {
            // The operators of a band run at the same time.
            int end = i + Math.Max(1, plan.Operators[i].Band);
            foreach (PlanTensor t in plan.Operators[i..end].SelectMany(static op => op.Inputs.Append(op.Output)))
            {
                Touch(t, i);
                Touch(t, end - 1);
            }
            i = end;
        }
        foreach (PlanTensor t in plan.Outputs) Touch(t, plan.Operators.Count);
        return [.. blocks.Values];
    }

    private sealed class Block
    {
        public required PlanTensor Tensor { get; init; }
        public required long Bytes { get; init; }
        public required int First { get; init; }
        public int Last { get; set; } = -1;
        public long Offset { get; set; }
    }
}
