using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Any function of an INT8 tensor's elements as a table [256], or [C,256] with one for each channel. Views of channels are taken on both sides.</summary>
internal static unsafe class TableOperator
{
    private const int Entries = 256;

    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ElementRows rows = RowsOf(e, op);
        Work.Plan(e, index, rows.Count, rows.Total);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        ElementRows rows = RowsOf(e, op);
        Work.ToRows(e, index, rows.Count, ref begin, ref end);
        sbyte* x = (sbyte*)e->Data(e->Input(op, 0)), table = (sbyte*)e->Data(e->Input(op, 1)), y = (sbyte*)e->Data(e->Output(op));
        bool perChannel = IsPerChannel(e, op);
        for (int row = begin; row < end; row++)
        {
            sbyte* from = x + row * rows.InStep, to = y + row * rows.OutStep;
            int width = rows.Width(row);
            if (perChannel)
            {
                for (int c = 0; c < width; c++) to[c] = table[c * Entries + 128 + from[c]];
            }
            else
            {
                RowLoops.Lookup(from, to, width, table);
            }
        }
    }

    private static ElementRows RowsOf(ExecutionState* e, OperatorRecord* op) => ElementRows.Of(e->Input(op, 0), e->Output(op), IsPerChannel(e, op));

    private static bool IsPerChannel(ExecutionState* e, OperatorRecord* op) => e->Input(op, 1)->Rank == 2;
}
