using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Elementwise functions of two tensors with broadcasting; INT8 Add, Sub and Mul as docs/arithmetic.md prescribes. The operands' strides are in the parameters;
/// the output may be a view of channels.
/// </summary>
internal static unsafe class BinaryOperator
{
    private const int RunLength = 4096;

    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        Work.Plan(e, index, RowCount((BinaryParameters*)op->Parameters), e->Output(op)->ElementCount);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (BinaryParameters*)op->Parameters;
        TensorRecord* a = e->Input(op, 0), b = e->Input(op, 1), y = e->Output(op);
        Work.ToRows(e, index, RowCount(p), ref begin, ref end);
        bool int8 = y->Type == PlanType.Int8;
        int inner = p->Rank - 1, width = inner == 0 ? RunLength : p->Dims[inner];
        nint rowStep = IsDense(y) ? width : y->PixelStride;
        nint strideA = p->StrideA[inner], strideB = p->StrideB[inner];
        Int8Pair pair = int8 ? Pair(p->Function, a, b, y) : default;
        delegate*<float*, nint, float*, nint, float*, nint, float, float, void> floatLoop = FloatLoop(p->Function);
        delegate*<sbyte*, nint, sbyte*, nint, sbyte*, nint, in Int8Pair, int, int, void> int8Loop =
            p->Function == BinaryFunction.Mul ? &Int8BinaryLoop.Run<Int8Product> : &Int8BinaryLoop.Run<Int8Sum>;
        for (int row = begin; row < end; row++)
        {
            nint atA = 0, atB = 0, rest = row;
            if (inner == 0)
            {
                atA = row * strideA * RunLength;
                atB = row * strideB * RunLength;
            }
            for (int d = inner - 1; d >= 0; d--)
            {
                nint i = rest % p->Dims[d];
                rest /= p->Dims[d];
                atA += i * p->StrideA[d];
                atB += i * p->StrideB[d];
            }
            nint atY = row * rowStep, count = inner == 0 ? nint.Min(width, p->Dims[0] - atY) : width;
            if (int8)
                int8Loop((sbyte*)e->Data(a) + atA, strideA, (sbyte*)e->Data(b) + atB, strideB, (sbyte*)e->Data(y) + atY, count, pair, p->MinInt8, p->MaxInt8);
            else
                floatLoop((float*)e->Data(a) + atA, strideA, (float*)e->Data(b) + atB, strideB, (float*)e->Data(y) + atY, count, p->MinFloat, p->MaxFloat);
        }
    }

    private static bool IsDense(TensorRecord* y) => y->Rank == 0 || y->PixelStride == y->Dims[y->Rank - 1];

    private static long RowCount(BinaryParameters* p)
    {
        if (p->Rank == 1) return (p->Dims[0] + RunLength - 1L) / RunLength;
        long rows = 1;
        for (int d = 0; d < p->Rank - 1; d++) rows *= p->Dims[d];
        return rows;
    }

    private static Int8Pair Pair(BinaryFunction function, TensorRecord* a, TensorRecord* b, TensorRecord* y)
    {
        const int excess = 128;
        if (function == BinaryFunction.Mul) return new Int8Pair(a->Scale * b->Scale / y->Scale, 0, y->ZeroPoint + excess, a->ZeroPoint, b->ZeroPoint);
        float ratioA = a->Scale / y->Scale, ratioB = b->Scale / y->Scale;
        if (function == BinaryFunction.Sub) ratioB = -ratioB;
        float zeros = MathF.FusedMultiplyAdd(ratioA, a->ZeroPoint + excess, ratioB * (b->ZeroPoint + excess));
        return new Int8Pair(ratioA, ratioB, y->ZeroPoint + excess - zeros, a->ZeroPoint, b->ZeroPoint);
    }

    private static delegate*<float*, nint, float*, nint, float*, nint, float, float, void> FloatLoop(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => &BinaryLoop.Run<Add>,
        BinaryFunction.Sub => &BinaryLoop.Run<Sub>,
        BinaryFunction.Mul => &BinaryLoop.Run<Mul>,
        BinaryFunction.Div => &BinaryLoop.Run<Div>,
        BinaryFunction.Min => &BinaryLoop.Run<Min>,
        BinaryFunction.Max => &BinaryLoop.Run<Max>,
        BinaryFunction.Pow => &BinaryLoop.Run<Pow>,
        _ => &BinaryLoop.Run<PRelu>,
    };
}
