using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Selects constant indices along an axis of a dense tensor.</summary>
internal static unsafe class GatherOperator
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
        TensorRecord* x = e->Input(op, 0);
        Work.ToRows(e, index, p->Outer, ref begin, ref end);
        int count = (int)e->Input(op, 1)->ElementCount;
        var indices = (int*)e->Data(e->Input(op, 1));
        nint run = (nint)p->Inner * x->ElementBytes;
        for (int outer = begin; outer < end; outer++)
        {
            byte* from = e->Data(x) + (nint)outer * p->Extent * run, to = e->Data(e->Output(op)) + (nint)outer * count * run;
            if (run == 1)
            {
                for (int i = 0; i < count; i++) to[i] = from[indices[i]];
            }
            else if (run == sizeof(int))
            {
                for (int i = 0; i < count; i++) ((int*)to)[i] = ((int*)from)[indices[i]];
            }
            else
            {
                for (int i = 0; i < count; i++) RowLoops.Copy(from + indices[i] * run, to + i * run, run);
            }
        }
    }
}
