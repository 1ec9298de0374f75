using EdgeKit.Runtime.Operators;

namespace EdgeKit.Runtime.Execution;

/// <summary>Packs weights and runs plans. Static code over pointers: it allocates nothing, throws nothing and calls nothing through an interface.</summary>
public static unsafe class Executor
{
    /// <summary>Alignment of the arena, of constants and of packed weights.</summary>
    public const int Alignment = 64;

    /// <summary>Chooses kernels and returns how many bytes of packed weights <see cref="Prepare"/> will write.</summary>
    public static long PackedBytes(ExecutionState* state)
    {
        long total = 0;
        for (int i = 0; i < state->OperatorCount; i++)
        {
            OperatorState* s = state->States + i;
            *s = default;
            s->KernelIndex = -1;
            s->Units = 1;
            s->Cost = OperatorWork.Cost(state, i);
            long bytes = OperatorTable.Plan(state, i);
            if (bytes > 0 && Twin(state, i) < 0) total += Align(bytes);
        }
        return total;
    }

    /// <summary>An earlier operator whose packed weights are the same, as the steps of a recurrent layer have them; -1 for none.</summary>
    private static int Twin(ExecutionState* state, int index)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            if (state->Operators[i].Kind == state->Operators[index].Kind && ConvOperator.SharesWeights(state, i, index)) return i;
        }
        return -1;
    }

    /// <summary>Packs the weights of every operator into <paramref name="packed"/>.</summary>
    public static void Prepare(ExecutionState* state, byte* packed)
    {
        for (int i = 0; i < state->OperatorCount; i++)
        {
            long bytes = OperatorTable.Plan(state, i);
            if (bytes == 0) continue;
            if (Twin(state, i) is >= 0 and var twin)
            {
                state->States[i].Packed = state->States[twin].Packed;
                continue;
            }
            state->States[i].Packed = packed;
            OperatorTable.Pack(state, i);
            packed += Align(bytes);
        }
    }

    /// <summary>Runs all operators: one inference.</summary>
    public static void Run(ExecutionState* state)
    {
        if (state->Clock == null)
        {
            for (int i = 0; i < state->OperatorCount;)
            {
                int band = state->Parallel == null ? state->Operators[i].Band : 0;
                if (band > 1) Bands.Run(state, i, band);
                else RunOperator(state, i);
                i += int.Max(1, band);
            }
        }
        else
        {
            RunRecorded(state);
        }
    }

    private static void RunRecorded(ExecutionState* state)
    {
        long* times = state->Times + state->RecordedRuns % state->TimeRows * (state->OperatorCount + 1);
        *times++ = state->Clock();
        for (int i = 0; i < state->OperatorCount; i++)
        {
            RunOperator(state, i);
            *times++ = state->Clock();
        }
        state->RecordedRuns++;
    }

    /// <summary>Runs one operator.</summary>
    public static void RunOperator(ExecutionState* state, int index)
    {
        int units = state->States[index].Units;
        if (state->Parallel == null || units == 1) OperatorTable.Run(state, index, 0, units);
        else state->Parallel(state->ParallelContext, state, index);
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) & ~(long)(Alignment - 1);
}
