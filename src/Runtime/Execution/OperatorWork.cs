using EdgeKit.Runtime.Operators;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Execution;

/// <summary>What one run of an operator takes by count, from its records alone: for the split among threads and for the profiler.</summary>
internal static unsafe class OperatorWork
{
    private const int FloatFactor = 2;
    private const int DepthwiseFactor = 4;
    private const int ElementFactor = 4;

    /// <summary>Multiply-accumulates of the layers that are made of them, padding counted; 0 for the others.</summary>
    public static long Macs(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        switch (op->Kind)
        {
            case OperatorKind.Conv:
                return e->Output(op)->ElementCount * WindowMacs(op, e->Input(op, 0));
            case OperatorKind.ConvTranspose:
                // Every input element meets every tap once.
                return e->Input(op, 0)->ElementCount * WindowMacs(op, e->Output(op));
            case OperatorKind.MatMul:
                var p = (MatMulParameters*)op->Parameters;
                return (long)p->Batch * p->M * p->N * p->K;
            case OperatorKind.Attention:
                return AttentionOperator.Macs((AttentionParameters*)op->Parameters);
            default:
                return 0;
        }
    }

    /// <summary>Bytes of the inputs, weights and outputs, each counted once.</summary>
    public static long Bytes(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        long bytes = 0;
        for (int i = 0; i < op->InputCount; i++) bytes += ContentBytes(e->Input(op, i));
        for (int i = 0; i < op->OutputCount; i++) bytes += ContentBytes(e->Output(op, i));
        return bytes;
    }

    /// <summary>An estimate of the time on one thread, in INT8 multiply-accumulates of a dense convolution.</summary>
    public static long Cost(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        long macs = Macs(e, index), elements = long.Max(op->InputCount > 0 ? x->ElementCount : 0, y->ElementCount);
        if (op->Kind == OperatorKind.Pool)
        {
            var p = (PoolParameters*)op->Parameters;
            elements = long.Max(elements, y->ElementCount * p->KernelH * p->KernelW);
        }
        if (op->Kind == OperatorKind.GridSample) elements = y->ElementCount * GridSampleOperator.Taps((GridSampleParameters*)op->Parameters);
        if (op->Kind == OperatorKind.WeightedGather) elements = y->ElementCount * ((AxisParameters*)op->Parameters)->Variant;
        if (op->Kind == OperatorKind.Conv && ((ConvParameters*)op->Parameters)->Groups > 1) macs *= DepthwiseFactor;
        return macs * (y->Type == PlanType.Float ? FloatFactor : 1) + elements * ElementFactor;
    }

    private static long WindowMacs(OperatorRecord* op, TensorRecord* other)
    {
        var p = (ConvParameters*)op->Parameters;
        return (long)p->KernelH * p->KernelW * (other->Dims[3] / p->Groups);
    }

    private static long ContentBytes(TensorRecord* tensor) => tensor->ElementCount * tensor->ElementBytes;
}
