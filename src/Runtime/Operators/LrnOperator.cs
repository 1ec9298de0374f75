using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// x / (k + α/size · Σ x²)^β over the innermost axis of a dense float tensor, the sum from ⌊(size − 1)/2⌋ channels before to ⌈(size − 1)/2⌉ after
/// (ONNX LRN).
/// </summary>
internal static unsafe class LrnOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        TensorRecord* x = e->Input(e->Operators + index, 0);
        Work.Plan(e, index, Rows(x), x->ElementCount);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* record = e->Input(op, 0);
        Work.ToRows(e, index, Rows(record), ref begin, ref end);
        var p = (NormParameters*)op->Parameters;
        int channels = record->Dims[record->Rank - 1], before = (p->Size - 1) / 2, after = p->Size - 1 - before;
        float alpha = p->A / p->Size;
        for (int row = begin; row < end; row++)
        {
            float* x = (float*)e->Data(record) + (nint)row * channels, y = (float*)e->Data(e->Output(op)) + (nint)row * channels;
            for (int c = 0; c < channels; c++)
            {
                float sum = 0;
                int last = int.Min(channels - 1, c + after);
                for (int i = int.Max(0, c - before); i <= last; i++) sum += x[i] * x[i];
                y[c] = x[c] / MathF.Pow(p->C + alpha * sum, p->B);
            }
        }
    }

    private static long Rows(TensorRecord* x) => x->ElementCount / int.Max(1, x->Dims[x->Rank - 1]);
}
