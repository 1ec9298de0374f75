using EdgeKit.Onnx;
using EdgeKit.Training.Operators.Convolution;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Pooling;

/// <summary>AveragePool and GlobalAveragePool.</summary>
internal sealed class AveragePoolStep(Node node, Slot?[] inputs, Slot[] outputs, Geometry geometry, float[] shares) : Step(node, inputs, outputs)
{
    private readonly PoolWindows _windows = new(geometry);

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        pass.Workers.For(pass.Batch, image =>
        {
            ReadOnlySpan<float> x = Input(0).Values.Slice(image * Input(0).Length, Input(0).Length);
            Span<float> y = Output.Values.Slice(image * Output.Length, Output.Length);
            y.Clear();
            for (int p = 0; p < geometry.Places; p++)
            {
                Span<float> row = y.Slice(p * geometry.Channels, geometry.Channels);
                foreach (int pixel in _windows.Of(p)) Vectors.AddScaled(x.Slice(pixel, row.Length), shares[p], row);
            }
        });
    }

    public override void Backward(Pass pass)
    {
        Block dx = pass.Ask(Input(0));
        pass.Workers.For(pass.Batch, image =>
        {
            ReadOnlySpan<float> dy = Output.Gradient!.Values.Slice(image * Output.Length, Output.Length);
            Span<float> target = dx.Values.Slice(image * Input(0).Length, Input(0).Length);
            target.Clear();
            for (int p = 0; p < geometry.Places; p++)
            {
                ReadOnlySpan<float> row = dy.Slice(p * geometry.Channels, geometry.Channels);
                foreach (int pixel in _windows.Of(p)) Vectors.AddScaled(row, shares[p], target.Slice(pixel, row.Length));
            }
        });
        pass.Give(Input(0), dx);
    }
}
