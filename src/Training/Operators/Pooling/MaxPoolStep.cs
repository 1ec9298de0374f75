using System.Numerics;
using EdgeKit.Onnx;
using EdgeKit.Training.Operators.Convolution;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Pooling;

/// <summary>MaxPool. The gradient goes to the first of equal largest elements.</summary>
internal sealed class MaxPoolStep(Node node, Slot?[] inputs, Slot[] outputs, Geometry geometry) : Step(node, inputs, outputs)
{
    private readonly PoolWindows _windows = new(geometry);

    public override bool SavesInput(int index) => true;

    public override bool SavesOutput => true;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        pass.Workers.For(pass.Batch, image =>
        {
            ReadOnlySpan<float> x = Input(0).Values.Slice(image * Input(0).Length, Input(0).Length);
            Span<float> y = Output.Values.Slice(image * Output.Length, Output.Length);
            for (int p = 0; p < geometry.Places; p++)
            {
                Span<float> row = y.Slice(p * geometry.Channels, geometry.Channels);
                ReadOnlySpan<int> pixels = _windows.Of(p);
                x.Slice(pixels[0], row.Length).CopyTo(row);
                foreach (int pixel in pixels[1..]) Max(x.Slice(pixel, row.Length), row);
            }
        });
    }

    public override void Backward(Pass pass)
    {
        Block dx = pass.Ask(Input(0));
        pass.Workers.For(pass.Batch, image =>
        {
            ReadOnlySpan<float> x = Input(0).Values.Slice(image * Input(0).Length, Input(0).Length), y = Output.Values[(image * Output.Length)..];
            Span<float> target = dx.Values.Slice(image * Input(0).Length, Input(0).Length);
            target.Clear();
            Block left = pass.Pool.Rent(geometry.Channels);
            for (int p = 0; p < geometry.Places; p++)
            {
                int row = p * geometry.Channels;
                Span<float> rest = left.Values[..geometry.Channels];
                Output.Gradient!.Values.Slice(image * Output.Length + row, geometry.Channels).CopyTo(rest);
                foreach (int pixel in _windows.Of(p)) Take(x.Slice(pixel, rest.Length), y.Slice(row, rest.Length), rest, target.Slice(pixel, rest.Length));
            }
            pass.Pool.Release(left);
        });
        pass.Give(Input(0), dx);
    }

    private static void Max(ReadOnlySpan<float> x, Span<float> y)
    {
        int c = 0;
        for (; c <= y.Length - Vectors.Lanes; c += Vectors.Lanes) Vectors.Put(Vector.Max(Vectors.At(x, c), Vectors.At(y, c)), y, c);
        for (; c < y.Length; c++) y[c] = MathF.Max(x[c], y[c]);
    }

    /// <summary>Gives what is left of the gradients to the channels whose element is the largest.</summary>
    private static void Take(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> rest, Span<float> dx)
    {
        int c = 0;
        for (; c <= y.Length - Vectors.Lanes; c += Vectors.Lanes)
        {
            Vector<float> had = Vectors.At(rest, c);
            Vector<float> taken = Vector.ConditionalSelect(Vector.Equals(Vectors.At(x, c), Vectors.At(y, c)), had, default);
            Vectors.Put(Vectors.At(dx, c) + taken, dx, c);
            Vectors.Put(had - taken, rest, c);
        }
        for (; c < y.Length; c++)
        {
            if (x[c] != y[c]) continue;
            dx[c] += rest[c];
            rest[c] = 0;
        }
    }
}
