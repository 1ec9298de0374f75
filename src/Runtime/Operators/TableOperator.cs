using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Any function of an INT8 tensor's elements as a table [256], or [C,256] with one for each channel, or [K,256] with a list of which of them each channel takes. Views of channels are taken on both sides.</summary>
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
        int* tables = op->InputCount > 2 ? (int*)e->Data(e->Input(op, 2)) : null;
        for (int row = begin; row < end; row++)
        {
            sbyte* from = x + row * rows.InStep, to = y + row * rows.OutStep;
            int width = rows.Width(row);
            if (perChannel)
            {
                OfChannels(from, to, width, table + 128, tables);
            }
            else
            {
                RowLoops.Lookup(from, to, width, table);
            }
        }
    }

    private static void OfChannels(sbyte* from, sbyte* to, int width, sbyte* zero, int* tables)
    {
        int c = 0;
        // Four at a time: the loop's own instructions would be a third of all.
        for (; tables != null && c <= width - 4; c += 4)
        {
            to[c] = zero[(nint)tables[c] * Entries + from[c]];
            to[c + 1] = zero[(nint)tables[c + 1] * Entries + from[c + 1]];
            to[c + 2] = zero[(nint)tables[c + 2] * Entries + from[c + 2]];
            to[c + 3] = zero[(nint)tables[c + 3] * Entries + from[c + 3]];
        }
        for (; c < width; c++) to[c] = zero[(nint)(tables == null ? c : tables[c]) * Entries + from[c]];
    }

    private static ElementRows RowsOf(ExecutionState* e, OperatorRecord* op) => ElementRows.Of(e->Input(op, 0), e->Output(op), IsPerChannel(e, op));

    private static bool IsPerChannel(ExecutionState* e, OperatorRecord* op) => e->Input(op, 1)->Rank == 2;
}
