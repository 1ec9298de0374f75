using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>e^(x − max) over its sum along one axis of a dense float tensor, or x − max − ln of that sum.</summary>
internal static unsafe class SoftmaxOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        Work.Plan(e, index, ((AxisParameters*)op->Parameters)->Outer, e->Output(op)->ElementCount);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AxisParameters*)op->Parameters;
        Work.ToRows(e, index, p->Outer, ref begin, ref end);
        float* x = (float*)e->Data(e->Input(op, 0)), y = (float*)e->Data(e->Output(op));
        bool logarithm = p->Variant == 1;
        for (int outer = begin; outer < end; outer++)
        {
            nint first = (nint)outer * p->Extent * p->Inner;
            if (p->Inner == 1) DenseLine(x + first, y + first, p->Extent, logarithm);
            else for (int inner = 0; inner < p->Inner; inner += Partial.Step) Lines(x + first + inner, y + first + inner, p->Extent, p->Inner, p->Inner - inner, logarithm);
        }
    }

    /// <summary>A line of neighbours: four partial sums, then what is left; y may be x.</summary>
    public static void DenseLine(float* x, float* y, int extent, bool logarithm)
    {
        Vector128<float> highest = Vector128.Create(float.NegativeInfinity), sums = default;
        int k = 0;
        for (; k <= extent - Partial.Step; k += Partial.Step) highest = Vector128.Max(highest, Vector128.Load(x + k));
        float max = MathF.Max(MathF.Max(highest[0], highest[1]), MathF.Max(highest[2], highest[3]));
        for (; k < extent; k++) max = MathF.Max(max, x[k]);

        for (k = 0; k < extent; k += Partial.Step)
        {
            Vector128<float> shifted = Partial.Load(x + k, 1, extent - k) - Vector128.Create(max), power = Vector128.Exp(shifted);
            Partial.Store(logarithm ? shifted : power, y + k, extent - k);
            if (extent - k >= Partial.Step) sums += power;
            else for (int lane = 0; lane < extent - k; lane++) sums += Vector128.CreateScalar(power[lane]);
        }
        Vector128<float> sum = Vector128.Create(sums[0] + sums[1] + (sums[2] + sums[3]));
        if (logarithm) sum = Vector128.Log(sum);
        for (k = 0; k < extent; k += Partial.Step)
        {
            Vector128<float> value = Partial.Load(y + k, 1, extent - k);
            Partial.Store(logarithm ? value - sum : value / sum, y + k, extent - k);
        }
    }

    /// <summary>Up to four lines beside each other, one in each lane.</summary>
    private static void Lines(float* x, float* y, int extent, nint step, nint lines, bool logarithm)
    {
        Vector128<float> max = Vector128.Create(float.NegativeInfinity), sum = default;
        for (int k = 0; k < extent; k++) max = Vector128.Max(max, Partial.Load(x + k * step, 1, lines));
        for (int k = 0; k < extent; k++)
        {
            Vector128<float> shifted = Partial.Load(x + k * step, 1, lines) - max, power = Vector128.Exp(shifted);
            Partial.Store(logarithm ? shifted : power, y + k * step, lines);
            sum += power;
        }
        if (logarithm) sum = Vector128.Log(sum);
        for (int k = 0; k < extent; k++)
        {
            Vector128<float> value = Partial.Load(y + k * step, 1, lines);
            Partial.Store(logarithm ? value - sum : value / sum, y + k * step, lines);
        }
    }
}
