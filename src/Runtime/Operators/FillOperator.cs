using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Sets every element of a tensor, a view of channels too.</summary>
internal static unsafe class FillOperator
{
    public static void Run(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (FillParameters*)op->Parameters;
        TensorRecord* y = e->Output(op);
        ElementRows rows = ElementRows.Of(y, y);
        for (int row = 0; row < rows.Count; row++)
        {
            int width = rows.Width(row);
            if (y->Type == PlanType.Float) new Span<float>((float*)e->Data(y) + row * rows.OutStep, width).Fill(p->Float);
            else new Span<sbyte>((sbyte*)e->Data(y) + row * rows.OutStep, width).Fill((sbyte)p->Int8);
        }
    }
}
