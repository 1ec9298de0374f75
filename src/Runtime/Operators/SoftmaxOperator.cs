using EdgeKit.Runtime.Execution;
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
        for (int outer = begin; outer < end; outer++)
        {
            for (int inner = 0; inner < p->Inner; inner++)
            {
                nint first = (nint)outer * p->Extent * p->Inner + inner;
                Line(x + first, y + first, p->Extent, p->Inner, p->Variant == 1);
            }
        }
    }

    private static void Line(float* x, float* y, int extent, nint step, bool logarithm)
    {
        float max = float.NegativeInfinity, sum = 0;
        for (int k = 0; k < extent; k++) max = MathF.Max(max, x[k * step]);
        for (int k = 0; k < extent; k++)
        {
            float shifted = x[k * step] - max, power = MathF.Exp(shifted);
            y[k * step] = logarithm ? shifted : power;
            sum += power;
        }
        float log = logarithm ? MathF.Log(sum) : 0;
        for (int k = 0; k < extent; k++) y[k * step] = logarithm ? y[k * step] - log : y[k * step] / sum;
    }
}
