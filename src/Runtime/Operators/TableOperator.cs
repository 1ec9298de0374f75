using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Any function of an INT8 tensor's elements as a table [256], or [C,256] with one for each channel, or [K,256] with a list of which of them each channel takes. Views of channels are taken on both sides.</summary>
internal static unsafe class TableOperator
{
    private const int Entries = 256;
    private const int Pixels = 4;

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
        if (IsPerChannel(e, op))
        {
            int* tables = op->InputCount > 2 ? (int*)e->Data(e->Input(op, 2)) : null;
            // A channel's table is looked for once for four pixels.
            for (; begin < end; begin += Pixels)
            {
                nint last = int.Min(Pixels, end - begin) - 1;
                OfChannels(x + begin * rows.InStep, y + begin * rows.OutStep, rows.InStep, rows.OutStep, last, rows.Width(begin), table + 128, tables);
            }
            return;
        }
        for (int row = begin; row < end; row++)
        {
            RowLoops.Lookup(x + row * rows.InStep, y + row * rows.OutStep, rows.Width(row), table);
        }
    }

    // Where there are fewer pixels than four the last is done more than once: before anything is written, since input and output may be one tensor.
    private static void OfChannels(sbyte* x, sbyte* y, nint inStep, nint outStep, nint last, int channels, sbyte* zero, int* tables)
    {
        nint second = nint.Min(1, last), third = nint.Min(2, last);
        sbyte* x1 = x + second * inStep, x2 = x + third * inStep, x3 = x + last * inStep;
        sbyte* y1 = y + second * outStep, y2 = y + third * outStep, y3 = y + last * outStep;
        for (nint c = 0; c < channels; c++)
        {
            sbyte* table = zero + (tables == null ? c : tables[c]) * Entries;
            (sbyte a, sbyte b, sbyte d, sbyte f) = (table[x[c]], table[x1[c]], table[x2[c]], table[x3[c]]);
            (y[c], y1[c], y2[c], y3[c]) = (a, b, d, f);
        }
    }

    private static ElementRows RowsOf(ExecutionState* e, OperatorRecord* op) => ElementRows.Of(e->Input(op, 0), e->Output(op), IsPerChannel(e, op));

    private static bool IsPerChannel(ExecutionState* e, OperatorRecord* op) => e->Input(op, 1)->Rank == 2;
}
