using System.Runtime.InteropServices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>A run of a model on arm64 beside the same on x64.</summary>
internal sealed class ModelResult
{
    /// <summary>An output with fewer distinct values than this proves nothing.</summary>
    private const int MinDistinct = 16;

    /// <summary>Largest difference of a float output as a part of the range of its values: many layers, each within 1e-5.</summary>
    private const double FloatTolerance = 1e-4;

    private ModelResult(Model model, string cpu, RigRun run)
    {
        Model = model;
        Cpu = cpu;
        Run = run;
    }

    public Model Model { get; }

    public string Cpu { get; }

    public RigRun Run { get; }

    /// <summary>Distinct values of the output that has the most.</summary>
    public int Distinct { get; private init; }

    /// <summary>Whether every INT8 tensor, or of a model without any every output, has the bits of x64, and the outputs say something.</summary>
    public bool BitExact { get; private init; }

    /// <summary>Whether the run is as it must be: bit for bit where there are INT8 tensors, else within tolerance; and no more instructions than its limit.</summary>
    public bool Passed { get; private init; }

    /// <summary>What is wrong; empty where nothing is.</summary>
    public string Problem { get; private init; } = "";

    public static ModelResult Of(Model model, string cpu, RigRun run, Limits? limits)
    {
        if (!run.Completed) return new ModelResult(model, cpu, run) { Problem = "the arm64 program did not come to its end" };
        (ulong[][] hashes, byte[][] outputs) = model.Run();
        int compared = 0;
        string problem = "";
        for (int i = 0; i < hashes.Length; i++)
        {
            OperatorRecord op = model.Operators[i];
            for (int k = 0; k < hashes[i].Length; k++)
            {
                if (model.Output(op, k).Type != PlanType.Int8) continue;
                compared++;
                if (problem.Length == 0 && hashes[i][k] != run.HashOf(i, k)) problem = $"operator {i} ({OperatorNames.Kind(model, op)}, {OperatorNames.Kernel(run.KernelOf(i))}) differs from x64 first";
            }
        }
        byte[] expected = [.. outputs.SelectMany(static o => o)];
        bool equal = expected.AsSpan().SequenceEqual(run.Outputs);
        double error = FloatError(model, outputs, run.Outputs);
        if (problem.Length == 0 && error > FloatTolerance) problem = $"a float output differs by {error:g2} of its range";
        int distinct = outputs.Select((o, i) => DistinctValues(o, model.OutputType(i))).Max();
        if (problem.Length == 0 && distinct < MinDistinct) problem = $"the outputs hold only {distinct} distinct values, which proves nothing";
        string excess = limits?.Excess(model.Name, cpu, run.Instructions) ?? "";
        return new ModelResult(model, cpu, run)
        {
            BitExact = problem.Length == 0 && (compared > 0 || equal),
            Passed = problem.Length == 0 && excess.Length == 0,
            Problem = problem.Length > 0 ? problem : excess,
            Distinct = distinct,
        };
    }

    /// <summary>Instructions by kind of operator, most first; nothing of a run that came to no end.</summary>
    public IReadOnlyList<(string Kind, long Instructions)> ByOperator()
    {
        var sums = new Dictionary<string, long>();
        if (!Run.Completed) return [];
        for (int i = 0; i < Model.Operators.Length; i++)
        {
            string kind = OperatorNames.Kind(Model, Model.Operators[i]);
            sums[kind] = sums.GetValueOrDefault(kind) + Run.InstructionsOf(i);
        }
        return [.. sums.OrderByDescending(static s => s.Value).Select(static s => (s.Key, s.Value))];
    }

    private static int DistinctValues(byte[] output, PlanType type) => type switch
    {
        PlanType.Int8 => output.Distinct().Count(),
        PlanType.Int64 => MemoryMarshal.Cast<byte, long>(output).ToArray().Distinct().Count(),
        _ => MemoryMarshal.Cast<byte, int>(output).ToArray().Distinct().Count(),
    };

    private static double FloatError(Model model, byte[][] outputs, byte[] actual)
    {
        double worst = 0;
        int offset = 0;
        for (int i = 0; i < outputs.Length; offset += outputs[i++].Length)
        {
            if (model.OutputType(i) != PlanType.Float) continue;
            ReadOnlySpan<float> wanted = MemoryMarshal.Cast<byte, float>(outputs[i].AsSpan()), got = MemoryMarshal.Cast<byte, float>(actual.AsSpan(offset, outputs[i].Length));
            float lowest = float.MaxValue, highest = float.MinValue;
            foreach (float value in wanted) (lowest, highest) = (MathF.Min(lowest, value), MathF.Max(highest, value));
            for (int k = 0; k < wanted.Length; k++)
            {
                if (wanted[k] != got[k]) worst = Math.Max(worst, Math.Abs((double)wanted[k] - got[k]) / Math.Max(highest - lowest, float.Epsilon) is var e && double.IsNaN(e) ? double.MaxValue : e);
            }
        }
        return worst;
    }
}
