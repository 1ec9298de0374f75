using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Matrices;

/// <summary>Rows of every image times one matrix of weights, and a bias: Gemm, and MatMul by a matrix.</summary>
/// <param name="node">The node.</param>
/// <param name="inputs">x [.., K], weights, and optional bias [N].</param>
/// <param name="outputs">y [.., N].</param>
/// <param name="columns">N.</param>
/// <param name="transposed">Whether the weights are [N, K].</param>
internal sealed class LinearStep(Node node, Slot?[] inputs, Slot[] outputs, int columns, bool transposed) : Step(node, inputs, outputs)
{
    private readonly int _depth = inputs[0]!.Shape[^1];
    private readonly RowProduct _product = new(inputs[0]!.Shape[^1], columns);
    private readonly RowProduct _gradient = new(columns, inputs[0]!.Shape[^1]);
    private readonly int[] _rowOffsets = [.. Enumerable.Range(0, inputs[0]!.Shape[^1]).Select(k => transposed ? k : k * columns)];
    private readonly int[] _columnOffsets = [.. Enumerable.Range(0, columns).Select(n => transposed ? n * inputs[0]!.Shape[^1] : n)];

    public override bool SavesInput(int index) => index switch
    {
        0 => Input(1).NeedsGradient,
        1 => Input(0).NeedsGradient,
        _ => false,
    };

    private int Rows(Pass pass) => pass.Count(Input(0)) / _depth;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        Block panels = pass.Pool.Rent(Panels.Size(_depth, columns));
        Panels.Pack(Input(1).Values, _rowOffsets, _columnOffsets, panels.Values);
        Block? bias = null;
        if (Inputs.Length > 2 && Inputs[2] is { } given)
        {
            bias = pass.Pool.Rent(Panels.Padded(columns));
            bias.Values.Clear();
            given.Values[..columns].CopyTo(bias.Values);
        }
        _product.Multiply(pass, Input(0).Data!, Rows(pass), panels, bias, Output.Data!);
        pass.Pool.Release(panels);
        pass.Pool.Release(bias);
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!;
        if (Input(1).NeedsGradient) WeightGradient(pass, dy);
        if (Inputs.Length > 2 && Inputs[2] is { NeedsGradient: true } bias) pass.Give(bias, ColumnSums.Of(pass, dy, Rows(pass), columns));
        if (!Input(0).NeedsGradient) return;
        Block dx = pass.Ask(Input(0)), panels = pass.Pool.Rent(Panels.Size(columns, _depth));
        Panels.Pack(Input(1).Values, _columnOffsets, _rowOffsets, panels.Values);
        _gradient.Multiply(pass, dy, Rows(pass), panels, null, dx);
        pass.Pool.Release(panels);
        pass.Give(Input(0), dx);
    }

    private void WeightGradient(Pass pass, Block dy)
    {
        Block sums = _product.Outer(pass, Input(0).Data!, Rows(pass), dy), dw = pass.Ask(Input(1));
        int padded = Panels.Padded(columns);
        for (int k = 0; k < _depth; k++)
            for (int n = 0; n < columns; n++) dw.Values[_rowOffsets[k] + _columnOffsets[n]] = sums.Values[k * padded + n];
        pass.Pool.Release(sums);
        pass.Give(Input(1), dw);
    }
}
