using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>PRelu: x where it is positive, slope · x elsewhere; the slope broadcasts.</summary>
internal sealed class PReluStep : Step
{
    private const int MaxParts = 8;

    private readonly Operand _slope;

    public PReluStep(Node node, Slot?[] inputs, Slot[] outputs) : base(node, inputs, outputs) => _slope = new Operand(node, Input(1), Output);

    public override bool SavesInput(int index) => true;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        pass.Workers.For(pass.Batch, image =>
        {
            Block slopes = Slopes(pass, image);
            int first = image * Output.Length;
            ReadOnlySpan<float> x = Input(0).Values.Slice(first, Output.Length), s = slopes.Values;
            Span<float> y = Output.Values.Slice(first, Output.Length);
            for (int i = 0; i < x.Length; i++) y[i] = x[i] < 0 ? s[i] * x[i] : x[i];
            pass.Pool.Release(slopes);
        });
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!;
        if (Input(0).NeedsGradient)
        {
            Block dx = pass.Ask(Input(0));
            pass.Workers.For(pass.Batch, image =>
            {
                Block slopes = Slopes(pass, image);
                int first = image * Output.Length;
                ReadOnlySpan<float> x = Input(0).Values.Slice(first, Output.Length), g = dy.Values[first..], s = slopes.Values;
                Span<float> to = dx.Values.Slice(first, Output.Length);
                for (int i = 0; i < x.Length; i++) to[i] = x[i] < 0 ? s[i] * g[i] : g[i];
                pass.Pool.Release(slopes);
            });
            pass.Give(Input(0), dx);
        }
        if (!Input(1).NeedsGradient) return;
        int parts = Math.Min(MaxParts, pass.Batch);
        pass.Give(Input(1), PartialSums.Compute(pass, parts, Input(1).Length, (part, sums) =>
        {
            Block product = pass.Pool.Rent(Output.Length);
            for (int image = pass.Batch * part / parts; image < pass.Batch * (part + 1) / parts; image++)
            {
                ReadOnlySpan<float> x = Input(0).Values[(image * Output.Length)..], g = dy.Values[(image * Output.Length)..];
                Span<float> to = product.Values[..Output.Length];
                for (int i = 0; i < to.Length; i++) to[i] = x[i] < 0 ? x[i] * g[i] : 0;
                _slope.Reduce(to, sums);
            }
            pass.Pool.Release(product);
        }));
    }

    private Block Slopes(Pass pass, int image)
    {
        Block slopes = pass.Pool.Rent(Output.Length);
        _slope.Expand(image, slopes.Values[..Output.Length]);
        return slopes;
    }
}
