using EdgeKit.Runtime.Operators;

namespace EdgeKit.Runtime.Execution;

/// <summary>
/// Runs a few convolutions, each the reader of the one before, interleaved: of each only what the next needs for the coming rows, so that the tensors between them stay in the cache.
/// Every unit is done once and in order, so no bit depends on it.
/// </summary>
internal static unsafe class Bands
{
    /// <summary>Bytes of a band of the last operator's input: half of a small first-level cache.</summary>
    private const int BandBytes = 16384;

    /// <summary>Longest group.</summary>
    public const int MaxLength = 4;

    /// <summary>Runs the operators from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public static void Run(ExecutionState* state, int first, int count)
    {
        int* done = stackalloc int[MaxLength];
        int* due = stackalloc int[MaxLength];
        for (int i = 0; i < count; i++) done[i] = 0;
        int last = count - 1, units = state->States[first + last].Units, step = ConvOperator.UnitsOfInput(state, first + last, BandBytes);
        while (done[last] < units)
        {
            due[last] = int.Min(units, done[last] + step);
            for (int i = last; i > 0; i--) due[i - 1] = int.Max(done[i - 1], ConvOperator.UnitsBefore(state, first + i, due[i], first + i - 1));
            for (int i = 0; i < count; i++)
            {
                if (due[i] > done[i]) OperatorTable.Run(state, first + i, done[i], due[i]);
                done[i] = due[i];
            }
        }
    }
}
