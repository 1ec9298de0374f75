using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Elementwise functions of a float tensor. Views of channels are taken on both sides.</summary>
internal static unsafe class UnaryOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ElementRows rows = ElementRows.Of(e->Input(op, 0), e->Output(op));
        Work.Plan(e, index, rows.Count, rows.Total);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        ElementRows rows = ElementRows.Of(x, y);
        Work.ToRows(e, index, rows.Count, ref begin, ref end);
        var p = (UnaryParameters*)op->Parameters;
        delegate*<float*, float*, nint, float, float, void> loop = UnaryFunctions.Loop(*p);
        for (int row = begin; row < end; row++)
            loop((float*)e->Data(x) + row * rows.InStep, (float*)e->Data(y) + row * rows.OutStep, rows.Width(row), p->A, p->B);
    }
}
