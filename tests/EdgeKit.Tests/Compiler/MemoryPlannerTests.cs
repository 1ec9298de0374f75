using EdgeKit.Compiler;
using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>What lives at the same time lies in different places.</summary>
public class MemoryPlannerTests
{
    public static TheoryData<string> Networks => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Live_tensors_of_networks_do_not_overlap(string name)
    {
        foreach (bool int8 in new[] { true, false })
        {
            foreach (Optimizations without in new[] { Optimizations.None, Optimizations.All }) Check(PlanCompiler.Lower(ZooPlans.Graph(name, int8), without));
        }
    }

    [Fact]
    public void Live_tensors_of_random_plans_do_not_overlap()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var plan = new PlanBuilder();
            var tensors = new List<PlanTensor> { Tensor(random, "in") };
            plan.Inputs.Add(tensors[0]);
            for (int i = 0; i < 40; i++)
            {
                PlanTensor y = Tensor(random, $"t{i}");
                if (random.Next(4) == 0) y.PlaceIn(Tensor(random, $"wide{i}", 1000), 3);
                plan.Emit(OperatorKind.Unary, $"op{i}", [tensors[random.Next(Math.Max(0, tensors.Count - 6), tensors.Count)]], y);
                tensors.Add(y);
            }
            plan.Outputs.Add(tensors[^1]);
            Check(plan);
        }
    }

    private static PlanTensor Tensor(Random random, string name, int least = 1) => new() { Name = name, Type = PlanType.Int8, Dims = [1, random.Next(1, 9), random.Next(least, least + 100)] };

    private static void Check(PlanBuilder plan)
    {
        (Dictionary<PlanTensor, long> offsets, long arena) = MemoryPlanner.Place(plan);
        PlanTensor[] roots = [.. offsets.Keys];
        Dictionary<PlanTensor, (int First, int Last)> lives = roots.ToDictionary(static t => t, t => Life(plan, t));
        foreach (PlanTensor a in roots)
        {
            Assert.InRange(offsets[a], 0, arena - a.Bytes);
            foreach (PlanTensor b in roots)
            {
                bool sameTime = lives[a].First <= lives[b].Last && lives[b].First <= lives[a].Last;
                bool samePlace = offsets[a] < offsets[b] + b.Bytes && offsets[b] < offsets[a] + a.Bytes;
                Assert.False(a != b && sameTime && samePlace, $"{a} and {b}");
            }
        }
    }

    /// <summary>From the first operator that writes a tensor or a view of it to the last one that reads it; inputs live all the time, outputs to the end.</summary>
    private static (int First, int Last) Life(PlanBuilder plan, PlanTensor root)
    {
        int[] uses = [.. Enumerable.Range(0, plan.Operators.Count).Where(i => plan.Operators[i].Output.Root == root || plan.Operators[i].Inputs.Any(t => t.Root == root))];
        bool input = plan.Inputs.Any(t => t.Root == root), output = plan.Outputs.Any(t => t.Root == root);
        return (input ? -1 : uses[0], input || output ? plan.Operators.Count : uses[^1]);
    }
}
