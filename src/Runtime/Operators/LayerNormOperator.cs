using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>(x − mean) / √(variance + ε) · scale + bias over the innermost axis of a dense float tensor; the sums are binary64.</summary>
internal static unsafe class LayerNormOperator
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
        float epsilon = ((NormParameters*)op->Parameters)->A;
        int extent = record->Dims[record->Rank - 1];
        float* scale = (float*)e->Data(e->Input(op, 1)), bias = (float*)e->Data(e->Input(op, 2));
        // One scale or bias for all elements.
        int scaleStep = e->Input(op, 1)->ElementCount == 1 ? 0 : 1, biasStep = e->Input(op, 2)->ElementCount == 1 ? 0 : 1;
        for (int row = begin; row < end; row++)
        {
            float* x = (float*)e->Data(record) + (nint)row * extent, y = (float*)e->Data(e->Output(op)) + (nint)row * extent;
            double sum = 0, squares = 0;
            for (int i = 0; i < extent; i++) sum += x[i];
            double mean = sum / extent;
            for (int i = 0; i < extent; i++) squares += (x[i] - mean) * (x[i] - mean);
            float center = (float)mean, factor = (float)(1 / Math.Sqrt(squares / extent + epsilon));
            for (int i = 0; i < extent; i++) y[i] = (x[i] - center) * factor * scale[i * scaleStep] + bias[i * biasStep];
        }
    }

    private static long Rows(TensorRecord* x) => x->ElementCount / int.Max(1, x->Dims[x->Rank - 1]);
}
