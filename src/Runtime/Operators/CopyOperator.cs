using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Strided copies. All strides are in the parameters; the tensors' own are not looked at.</summary>
internal static unsafe class CopyOperator
{
    /// <summary>
    /// A transposition goes through blocks of so many rows and columns, so that what a cache line holds is used while it is there: eight lines at any distance from each
    /// other stay in a first-level cache.
    /// </summary>
    private const int BandRows = 64, ColumnBlock = 8;

    public static void Plan(ExecutionState* e, int index)
    {
        var p = (CopyParameters*)e->Operators[index].Parameters;
        long elements = 1;
        for (int d = 0; d < p->Rank; d++) elements *= p->Dims[d];
        Work.Plan(e, index, Units(e, e->Operators + index), elements);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (CopyParameters*)op->Parameters;
        TensorRecord* x = e->Input(op, 0);
        Work.ToRows(e, index, Units(e, op), ref begin, ref end);
        int size = x->ElementBytes;
        byte* from = e->Data(x) + (nint)p->InOffset * size, to = e->Data(e->Output(op)) + (nint)p->OutOffset * size;
        if (IsZip(x, p))
        {
            RowLoops.Zip(from + begin * (nint)p->InStride[0], p->InStride[2], p->InStride[0], to + begin * (nint)p->OutStride[0], p->OutStride[0], p->Dims[1], end - begin);
            return;
        }
        int bands = Bands(p);
        for (int unit = begin; unit < end; unit++)
        {
            int first = unit % bands * BandRows, height = int.Min(BandRows, Height(p) - first);
            nint atIn = 0, atOut = 0, rest = unit / bands;
            for (int d = p->Rank - 3; d >= 0; d--)
            {
                nint i = rest % p->Dims[d];
                rest /= p->Dims[d];
                atIn += i * p->InStride[d];
                atOut += i * p->OutStride[d];
            }
            switch (size)
            {
                case 1: CopyBand((byte*)from + atIn, (byte*)to + atOut, first, height, p); break;
                case 4: CopyBand((int*)from + atIn, (int*)to + atOut, first, height, p); break;
                default: CopyBand((long*)from + atIn, (long*)to + atOut, first, height, p); break;
            }
        }
    }

    /// <summary>Whether every row is two runs of bytes that are interleaved, as a shuffle of two groups does.</summary>
    private static bool IsZip(TensorRecord* x, CopyParameters* p) =>
        x->ElementBytes == 1 && p->Rank == 3 && p->Dims[2] == 2 && p->InStride[1] == 1 && p->OutStride[1] == 2 && p->OutStride[2] == 1;

    /// <summary>Some rows of the two innermost dimensions.</summary>
    private static void CopyBand<T>(T* from, T* to, int first, int height, CopyParameters* p) where T : unmanaged
    {
        int inner = p->Rank - 1, width = p->Dims[inner];
        nint inStep = p->InStride[inner], outStep = p->OutStride[inner];
        nint inRow = p->Rank == 1 ? 0 : p->InStride[inner - 1], outRow = p->Rank == 1 ? 0 : p->OutStride[inner - 1];
        from += first * inRow;
        to += first * outRow;
        if (inStep == 1 && outStep == 1)
        {
            for (int row = 0; row < height; row++) RowLoops.Copy(from + row * inRow, to + row * outRow, (nint)width * sizeof(T));
            return;
        }
        for (int column = 0; column < width; column += ColumnBlock)
        {
            int columns = int.Min(ColumnBlock, width - column);
            for (int row = 0; row < height; row++)
            {
                T* source = from + row * inRow + column * inStep, target = to + row * outRow + column * outStep;
                for (nint i = 0; i < columns; i++) target[i * outStep] = source[i * inStep];
            }
        }
    }

    private static long Units(ExecutionState* e, OperatorRecord* op)
    {
        var p = (CopyParameters*)op->Parameters;
        long units = IsZip(e->Input(op, 0), p) ? 1 : Bands(p);
        for (int d = 0; d < p->Rank - 2; d++) units *= p->Dims[d];
        return units;
    }

    private static int Bands(CopyParameters* p) => (Height(p) + BandRows - 1) / BandRows;

    private static int Height(CopyParameters* p) => p->Rank == 1 ? 1 : p->Dims[p->Rank - 2];
}
