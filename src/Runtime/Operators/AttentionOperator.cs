using System.Runtime.CompilerServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Kernels.Portable;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Attention by the loops of the product, of Softmax and of the elementwise functions, for a few queries at a time: their scores stay in the first-level cache, and every element is made in the order of
/// operations of those operators one after the other. A query of a head is a unit.
/// </summary>
internal static unsafe class AttentionOperator
{
    /// <summary>Queries that share what is loaded of keys and values.</summary>
    private const int Rows = TileProduct.Rows;

    public static long Macs(AttentionParameters* p) => (long)p->Batch * p->Heads * p->Queries * p->Keys * (p->Depth + p->Width);

    public static void Plan(ExecutionState* e, int index)
    {
        var p = (AttentionParameters*)e->Operators[index].Parameters;
        Work.Plan(e, index, Queries(p), Macs(p));
    }

    [SkipLocalsInit]
    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        var p = (AttentionParameters*)op->Parameters;
        Work.ToRows(e, index, Queries(p), ref begin, ref end);
        float* scores = stackalloc float[Rows * AttentionParameters.MaxKeys];
        float* scaled = stackalloc float[Rows * AttentionParameters.MaxDepth];
        while (begin < end)
        {
            int head = begin / p->Queries, query = begin % p->Queries, rows = int.Min(Rows, int.Min(end - begin, p->Queries - query));
            ProductLoop.Call call = new()
            {
                A = Data(e, e->Input(op, 0), p->Query, p, head, query),
                B = Data(e, e->Input(op, 1), p->Key, p, head, 0),
                Y = scores,
                StrideA = p->Query.Row,
                StrideB = p->Key.Row,
                StrideY = p->Keys,
                Depth = p->Depth,
                Columns = p->Keys,
            };
            if (p->QueryScale != 1)
            {
                for (int r = 0; r < rows; r++) Scale(call.A + r * call.StrideA, p->QueryScale, scaled + (nint)r * p->Depth, p->Depth);
                call.A = scaled;
                call.StrideA = p->Depth;
            }
            Product(call, rows);
            for (int r = 0; r < rows; r++)
            {
                float* row = scores + (nint)r * p->Keys;
                if (p->ScoreScale != 1) Scale(row, p->ScoreScale, row, p->Keys);
                if (op->InputCount > 3)
                    BinaryLoop.Run<Add>(row, 1, Data(e, e->Input(op, 3), p->Mask, p, head, query + r), 1, row, p->Keys, float.NegativeInfinity, float.PositiveInfinity);
                SoftmaxOperator.DenseLine(row, row, p->Keys, logarithm: false);
            }
            call = new()
            {
                A = scores,
                B = Data(e, e->Input(op, 2), p->Value, p, head, 0),
                Y = Data(e, e->Output(op), p->Output, p, head, query),
                StrideA = p->Keys,
                StrideB = p->Value.Row,
                StrideY = p->Output.Row,
                Depth = p->Keys,
                Columns = p->Width,
            };
            Product(call, rows);
            begin += rows;
        }
    }

    private static long Queries(AttentionParameters* p) => (long)p->Batch * p->Heads * p->Queries;

    /// <summary>A row of an operand, of the heads of all pictures the one given.</summary>
    private static float* Data(ExecutionState* e, TensorRecord* tensor, in AttentionRows rows, AttentionParameters* p, int head, int row) =>
        (float*)e->Data(tensor) + rows.Offset + head / p->Heads * (nint)rows.Batch + head % p->Heads * (nint)rows.Head + row * (nint)rows.Row;

    private static void Scale(float* x, float factor, float* y, int count) =>
        BinaryLoop.Run<Mul>(x, 1, &factor, 0, y, count, float.NegativeInfinity, float.PositiveInfinity);

    private static void Product(in ProductLoop.Call call, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (nint i = 0; i < call.Columns; i++) call.Y[r * call.StrideY + i] = 0;
        }
        ProductLoop.Run(call, rows);
    }
}
