using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Strided copies. All strides are in the parameters; the tensors' own are not looked at.</summary>
internal static unsafe class CopyOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        var p = (CopyParameters*)e->Operators[index].Parameters;
        long elements = 1;
        for (int d = 0; d < p->Rank; d++) elements *= p->Dims[d];
        Work.Plan(e, index, Planes(p), elements);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (CopyParameters*)op->Parameters;
        TensorRecord* x = e->Input(op, 0);
        Work.ToRows(e, index, Planes(p), ref begin, ref end);
        int size = x->ElementBytes;
        byte* from = e->Data(x) + (nint)p->InOffset * size, to = e->Data(e->Output(op)) + (nint)p->OutOffset * size;
        if (size == 1 && IsZip(p))
        {
            RowLoops.Zip(from + begin * (nint)p->InStride[0], p->InStride[2], p->InStride[0], to + begin * (nint)p->OutStride[0], p->OutStride[0], p->Dims[1], end - begin);
            return;
        }
        for (int plane = begin; plane < end; plane++)
        {
            nint atIn = 0, atOut = 0, rest = plane;
            for (int d = p->Rank - 3; d >= 0; d--)
            {
                nint i = rest % p->Dims[d];
                rest /= p->Dims[d];
                atIn += i * p->InStride[d];
                atOut += i * p->OutStride[d];
            }
            switch (size)
            {
                case 1: CopyPlane((byte*)from + atIn, (byte*)to + atOut, p); break;
                case 4: CopyPlane((int*)from + atIn, (int*)to + atOut, p); break;
                default: CopyPlane((long*)from + atIn, (long*)to + atOut, p); break;
            }
        }
    }

    /// <summary>Whether every row is two runs of elements that are interleaved, as a shuffle of two groups does.</summary>
    private static bool IsZip(CopyParameters* p) =>
        p->Rank == 3 && p->Dims[2] == 2 && p->InStride[1] == 1 && p->OutStride[1] == 2 && p->OutStride[2] == 1;

    /// <summary>The two innermost dimensions.</summary>
    private static void CopyPlane<T>(T* from, T* to, CopyParameters* p) where T : unmanaged
    {
        int inner = p->Rank - 1, width = p->Dims[inner], height = p->Rank == 1 ? 1 : p->Dims[inner - 1];
        nint inStep = p->InStride[inner], outStep = p->OutStride[inner];
        nint inRow = p->Rank == 1 ? 0 : p->InStride[inner - 1], outRow = p->Rank == 1 ? 0 : p->OutStride[inner - 1];
        for (int row = 0; row < height; row++)
        {
            if (inStep == 1 && outStep == 1)
            {
                RowLoops.Copy(from, to, (nint)width * sizeof(T));
            }
            else
            {
                for (nint i = 0; i < width; i++) to[i * outStep] = from[i * inStep];
            }
            from += inRow;
            to += outRow;
        }
    }

    private static long Planes(CopyParameters* p)
    {
        long planes = 1;
        for (int d = 0; d < p->Rank - 2; d++) planes *= p->Dims[d];
        return planes;
    }
}
