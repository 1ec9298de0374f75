using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Matrices;

/// <summary>MatMul of two stacks of matrices [.., M, K] and [.., K, N] of each image, as in attention.</summary>
internal sealed class BatchedProductStep : Step
{
    private static readonly int[] Whole = [0];
    private readonly int _m, _k, _n, _stack;

    public BatchedProductStep(Node node, Slot?[] inputs, Slot[] outputs) : base(node, inputs, outputs)
    {
        int[] a = Input(0).Shape, b = Input(1).Shape;
        if (a.Length < 2 || !Input(1).PerImage || a.Length != b.Length || !a.AsSpan(0, a.Length - 2).SequenceEqual(b.AsSpan(0, b.Length - 2)))
            throw ModelException.At(node, $"multiplies {Input(0)} by {Input(1)}; stacks of different shapes cannot be trained through");
        (_m, _k, _n) = (a[^2], a[^1], b[^1]);
        _stack = Input(0).Length / (_m * _k);
    }

    public override bool SavesInput(int index) => true;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        ForMatrices(pass, i => Multiply(pass, Matrix(Input(0), i, _m, _k), Matrix(Input(1), i, _k, _n), Output.Values[(i * _m * _n)..]));
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!;
        var dyMatrix = new MatrixView(dy, 0, _m, _n, _n, 1);
        if (Input(0).NeedsGradient)
        {
            Block da = pass.Ask(Input(0));
            ForMatrices(pass, i => Multiply(pass, dyMatrix.Shifted(i * _m * _n), Matrix(Input(1), i, _k, _n).Transposed(), da.Values[(i * _m * _k)..]));
            pass.Give(Input(0), da);
        }
        if (Input(1).NeedsGradient)
        {
            Block db = pass.Ask(Input(1));
            ForMatrices(pass, i => Multiply(pass, Matrix(Input(0), i, _m, _k).Transposed(), dyMatrix.Shifted(i * _m * _n), db.Values[(i * _k * _n)..]));
            pass.Give(Input(1), db);
        }
    }

    private void ForMatrices(Pass pass, Action<int> work) => pass.Workers.For(pass.Batch * _stack, work);

    private static MatrixView Matrix(Slot slot, int index, int rows, int columns) => new(slot.Data!, index * rows * columns, rows, columns, columns, 1);

    /// <summary>c = a · b; a is copied row by row where its rows do not lie together.</summary>
    private static void Multiply(Pass pass, MatrixView a, MatrixView b, Span<float> c)
    {
        Block panels = pass.Pool.Rent(Panels.Size(b.Rows, b.Columns)), rows = pass.Pool.Rent(a.Rows * a.Columns);
        Panels.Pack(b.Block.Values[b.Start..], Offsets(b.Rows, b.RowStep), Offsets(b.Columns, b.ColumnStep), panels.Values);
        for (int r = 0; r < a.Rows; r++)
            for (int k = 0; k < a.Columns; k++) rows.Values[r * a.Columns + k] = a.Block.Values[a.Start + r * a.RowStep + k * a.ColumnStep];
        Product.Multiply(rows.Values, Offsets(a.Rows, a.Columns), Whole, a.Columns, panels.Values, default, b.Columns, c, b.Columns);
        pass.Pool.Release(panels);
        pass.Pool.Release(rows);
    }

    private static int[] Offsets(int count, int step) => [.. Enumerable.Range(0, count).Select(i => i * step)];

    private readonly record struct MatrixView(Block Block, int Start, int Rows, int Columns, int RowStep, int ColumnStep)
    {
        public MatrixView Transposed() => new(Block, Start, Columns, Rows, ColumnStep, RowStep);

        public MatrixView Shifted(int by) => this with { Start = Start + by };
    }
}
