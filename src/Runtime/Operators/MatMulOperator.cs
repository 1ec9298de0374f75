using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Batched product of two dense computed float matrices; each element is summed in order of k, one multiply-add a step. A row of the output is a unit.</summary>
internal static unsafe class MatMulOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        var p = (MatMulParameters*)e->Operators[index].Parameters;
        Work.Plan(e, index, (long)p->Batch * p->M, (long)p->Batch * p->M * p->N * p->K);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (MatMulParameters*)op->Parameters;
        Work.ToRows(e, index, (long)p->Batch * p->M, ref begin, ref end);
        for (int row = begin; row < end; row++)
        {
            nint batch = row / p->M;
            float* a = (float*)e->Data(e->Input(op, 0)) + batch * p->StrideA + (nint)(row % p->M) * p->K;
            float* b = (float*)e->Data(e->Input(op, 1)) + batch * p->StrideB;
            float* y = (float*)e->Data(e->Output(op)) + (nint)row * p->N;
            for (int n = 0; n < p->N; n++) y[n] = 0;
            for (int k = 0; k < p->K; k++) RowLoops.MultiplyAdd(y, b + (nint)k * p->N, a[k], p->N);
        }
    }
}
