using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Index of the largest element along one axis of a dense float or INT8 tensor, as int64: the first of equals, or the last.</summary>
internal static unsafe class ArgMaxOperator
{
    public static void Run(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AxisParameters*)op->Parameters;
        TensorRecord* x = e->Input(op, 0);
        byte* data = e->Data(x);
        var y = (long*)e->Data(e->Output(op));
        for (int outer = 0; outer < p->Outer; outer++)
        {
            for (int inner = 0; inner < p->Inner; inner++)
            {
                nint first = (nint)outer * p->Extent * p->Inner + inner;
                *y++ = x->Type == PlanType.Float
                    ? Find((float*)data + first, p->Extent, p->Inner, p->Variant == 1)
                    : Find((sbyte*)data + first, p->Extent, p->Inner, p->Variant == 1);
            }
        }
    }

    private static int Find(float* x, int extent, nint step, bool last)
    {
        int best = 0;
        for (int k = 1; k < extent; k++)
        {
            if (x[k * step] > x[best * step] || (last && x[k * step] == x[best * step])) best = k;
        }
        return best;
    }

    private static int Find(sbyte* x, int extent, nint step, bool last)
    {
        int best = 0;
        for (int k = 1; k < extent; k++)
        {
            if (x[k * step] > x[best * step] || (last && x[k * step] == x[best * step])) best = k;
        }
        return best;
    }
}
