using System.Runtime.CompilerServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Reduction of one axis of a dense tensor, in ascending order of the axis. INT8: Mean as average pooling has it; Max and Min keep codes, so input and output share
/// scale and zero point.
/// </summary>
internal static unsafe class ReduceOperator
{
    private const int Block = 256;

    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        Work.Plan(e, index, ((AxisParameters*)op->Parameters)->Outer, e->Input(op, 0)->ElementCount);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AxisParameters*)op->Parameters;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        Work.ToRows(e, index, p->Outer, ref begin, ref end);
        var function = (ReduceFunction)p->Variant;
        nint slab = (nint)p->Extent * p->Inner;
        for (int outer = begin; outer < end; outer++)
        {
            if (x->Type == PlanType.Float) Float(function, (float*)e->Data(x) + outer * slab, (float*)e->Data(y) + (nint)outer * p->Inner, p->Extent, p->Inner);
            else Int8(function, x, y, (sbyte*)e->Data(x) + outer * slab, (sbyte*)e->Data(y) + (nint)outer * p->Inner, p->Extent, p->Inner);
        }
    }

    private static void Float(ReduceFunction function, float* x, float* y, int extent, int inner)
    {
        switch (function)
        {
            case ReduceFunction.Max: Fold<Max>(x, y, extent, inner, float.NegativeInfinity); break;
            case ReduceFunction.Min: Fold<Min>(x, y, extent, inner, float.PositiveInfinity); break;
            case ReduceFunction.Prod: Fold<Mul>(x, y, extent, inner, 1); break;
            case ReduceFunction.L1: Fold<AddMagnitude>(x, y, extent, inner, 0); break;
            case ReduceFunction.L2:
                Fold<AddSquare>(x, y, extent, inner, 0);
                for (int i = 0; i < inner; i++) y[i] = MathF.Sqrt(y[i]);
                break;
            case ReduceFunction.Mean:
                Fold<Add>(x, y, extent, inner, 0);
                for (int i = 0; i < inner; i++) y[i] /= extent;
                break;
            default: Fold<Add>(x, y, extent, inner, 0); break;
        }
    }

    private static void Fold<T>(float* x, float* y, int extent, int inner, float start) where T : struct, IBinaryFunction
    {
        for (int i = 0; i < inner; i++) y[i] = start;
        for (int k = 0; k < extent; k++) RowLoops.Fold<T>(y, x + (nint)k * inner, inner);
    }

    private static void Int8(ReduceFunction function, TensorRecord* from, TensorRecord* to, sbyte* x, sbyte* y, int extent, int inner)
    {
        if (function == ReduceFunction.Mean)
        {
            Mean(from, to, x, y, extent, inner);
            return;
        }
        for (int i = 0; i < inner; i++) y[i] = function == ReduceFunction.Max ? sbyte.MinValue : sbyte.MaxValue;
        for (int k = 0; k < extent; k++)
        {
            if (function == ReduceFunction.Max) RowLoops.Max(y, x + (nint)k * inner, inner);
            else RowLoops.Min(y, x + (nint)k * inner, inner);
        }
    }

    [SkipLocalsInit]
    private static void Mean(TensorRecord* from, TensorRecord* to, sbyte* x, sbyte* y, int extent, int inner)
    {
        int* sums = stackalloc int[Block];
        for (int first = 0; first < inner; first += Block)
        {
            int count = int.Min(Block, inner - first);
            for (int i = 0; i < count; i++) sums[i] = -from->ZeroPoint * extent;
            for (int k = 0; k < extent; k++) RowLoops.Add(sums, x + (nint)k * inner + first, count);
            RowLoops.Requantized(sums, y + first, count, from->Scale / (to->Scale * extent), to->ZeroPoint);
        }
    }
}
