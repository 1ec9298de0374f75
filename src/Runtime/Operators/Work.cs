using EdgeKit.Runtime.Execution;

namespace EdgeKit.Runtime.Operators;

/// <summary>How operators whose rows are independent split: one unit a row, or one in all where a row costs less than waking a thread.</summary>
internal static unsafe class Work
{
    private const long MinElements = 16384;

    public static void Plan(ExecutionState* e, int index, long rows, long elements) =>
        e->States[index].Units = elements < MinElements || rows is < 2 or > int.MaxValue ? 1 : (int)rows;

    /// <summary>The rows of the units from <paramref name="begin"/> to <paramref name="end"/>.</summary>
    public static void ToRows(ExecutionState* e, int index, long rows, ref int begin, ref int end)
    {
        if (e->States[index].Units != 1) return;
        begin = 0;
        end = (int)rows;
    }
}
