using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Batched product of two dense computed float matrices; each element is summed in order of k, one multiply-add a step. A row of the output is a unit.</summary>
internal static unsafe class MatMulOperator
{
    /// <summary>Elements of b that are used by all rows before the next: a quarter of a megabyte, which second-level caches have.</summary>
    private const int BlockElements = 65536;

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
        while (begin < end)
        {
            // Rows of one batch; a block of b stays in the cache while all of them use it.
            int batch = begin / p->M, rows = int.Min(end, (batch + 1) * p->M) - begin;
            ProductLoop.Call call = new()
            {
                A = (float*)e->Data(e->Input(op, 0)) + batch * (nint)p->StrideA + (nint)(begin % p->M) * p->K,
                B = (float*)e->Data(e->Input(op, 1)) + batch * (nint)p->StrideB,
                Y = (float*)e->Data(e->Output(op)) + (nint)begin * p->N,
                StrideA = p->K,
                StrideB = p->N,
                StrideY = p->N,
                Columns = p->N,
            };
            for (nint i = 0; i < (nint)rows * p->N; i++) call.Y[i] = 0;
            int block = int.Clamp(BlockElements / p->N, 1, p->K);
            for (int k = 0; k < p->K; k += block)
            {
                call.Depth = int.Min(block, p->K - k);
                ProductLoop.Run(call, rows);
                call.A += call.Depth;
                call.B += call.Depth * call.StrideB;
            }
            begin += rows;
        }
    }
}
