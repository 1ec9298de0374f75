using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>QuantizeLinear, and DequantizeLinear where the input is INT8. Views of channels are taken on both sides.</summary>
internal static unsafe class QuantizeOperator
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
        for (int row = begin; row < end; row++)
        {
            nint from = row * rows.InStep, to = row * rows.OutStep;
            if (op->Kind == OperatorKind.Quantize)
                QuantizeLoop.Quantize((float*)e->Data(x) + from, (sbyte*)e->Data(y) + to, rows.Width(row), y->Scale, y->ZeroPoint);
            else
                QuantizeLoop.Dequantize((sbyte*)e->Data(x) + from, (float*)e->Data(y) + to, rows.Width(row), x->Scale, x->ZeroPoint);
        }
    }
}
