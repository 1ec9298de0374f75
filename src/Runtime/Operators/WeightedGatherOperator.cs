using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Weighted sums of elements along an axis of a dense float tensor, by constant tables: cubic and antialiased resizing.</summary>
internal static unsafe class WeightedGatherOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AxisParameters*)op->Parameters;
        Work.Plan(e, index, Rows(e, op, p), e->Output(op)->ElementCount * p->Variant);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AxisParameters*)op->Parameters;
        long rows = Rows(e, op, p);
        Work.ToRows(e, index, rows, ref begin, ref end);
        int taps = p->Variant, count = (int)(rows / p->Outer);
        var sources = (int*)e->Data(e->Input(op, 1));
        var weights = (float*)e->Data(e->Input(op, 2));
        for (int row = begin; row < end; row++)
        {
            int first = row % count * taps;
            WeightedLoop.Run((float*)e->Data(e->Input(op, 0)) + (nint)(row / count) * p->Extent * p->Inner, sources + first, weights + first, taps, p->Inner,
                (float*)e->Data(e->Output(op)) + (nint)row * p->Inner, p->Inner);
        }
    }

    private static long Rows(ExecutionState* e, OperatorRecord* op, AxisParameters* p) => e->Input(op, 1)->ElementCount / p->Variant * p->Outer;
}
