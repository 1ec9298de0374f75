using EdgeKit.Onnx;
using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>Conv with a kernel of its own for each channel.</summary>
internal sealed class DepthwiseStep(Node node, Slot?[] inputs, Slot[] outputs, Geometry geometry) : Step(node, inputs, outputs)
{
    private const int MaxParts = 8;

    private readonly int[] _taps = geometry.TapOffsets();
    private readonly Geometry? _turned = Turned(geometry);

    public override bool SavesInput(int index) => index switch
    {
        0 => Input(1).NeedsGradient,
        1 => Input(0).NeedsGradient,
        _ => false,
    };

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        Block x = Input(0).Data!, weights = ByTap(pass, turned: false);
        Slot? bias = Inputs.Length > 2 ? Inputs[2] : null;
        pass.Workers.For(pass.Batch, image =>
        {
            Block? padded = Padded(pass, geometry, x, image, out ReadOnlySpan<float> map);
            Depthwise.Forward(geometry, _taps, map, weights.Values, bias is null ? default : bias.Values, Output.Values[(image * Output.Length)..]);
            pass.Pool.Release(padded);
        });
        pass.Pool.Release(weights);
    }

    public override void Backward(Pass pass)
    {
        Block dy = Output.Gradient!, x = Input(0).Data!;
        int channels = geometry.Channels, taps = geometry.Taps;
        if (Input(1).NeedsGradient)
        {
            int parts = Math.Min(MaxParts, pass.Batch);
            Block sums = PartialSums.Compute(pass, parts, taps * channels, (part, sum) =>
            {
                for (int image = pass.Batch * part / parts; image < pass.Batch * (part + 1) / parts; image++)
                {
                    Block? padded = Padded(pass, geometry, x, image, out ReadOnlySpan<float> map);
                    Depthwise.AddWeightGradient(geometry, _taps, map, dy.Values[(image * Output.Length)..], sum);
                    pass.Pool.Release(padded);
                }
            });
            Block dw = pass.Ask(Input(1));
            for (int c = 0; c < channels; c++)
                for (int t = 0; t < taps; t++) dw.Values[c * taps + t] = sums.Values[t * channels + c];
            pass.Pool.Release(sums);
            pass.Give(Input(1), dw);
        }
        if (Inputs.Length > 2 && Inputs[2] is { NeedsGradient: true } bias) pass.Give(bias, ColumnSums.Of(pass, dy, pass.Batch * geometry.Places, channels));
        if (Input(0).NeedsGradient) InputGradient(pass, dy);
    }

    private void InputGradient(Pass pass, Block dy)
    {
        Block dx = pass.Ask(Input(0)), weights = ByTap(pass, turned: _turned is not null);
        int[] taps = _turned?.TapOffsets() ?? _taps;
        pass.Workers.For(pass.Batch, image =>
        {
            if (_turned is not null)
            {
                Block? padded = Padded(pass, _turned, dy, image, out ReadOnlySpan<float> map);
                Depthwise.Forward(_turned, taps, map, weights.Values, default, dx.Values[(image * Input(0).Length)..]);
                pass.Pool.Release(padded);
                return;
            }
            Block sum = pass.Pool.Rent(geometry.PaddedLength);
            sum.Values.Clear();
            Depthwise.AddInputGradient(geometry, _taps, dy.Values[(image * Output.Length)..], weights.Values, sum.Values);
            geometry.Crop(sum.Values, dx.Values[(image * Input(0).Length)..]);
            pass.Pool.Release(sum);
        });
        pass.Pool.Release(weights);
        pass.Give(Input(0), dx);
    }

    private static Block? Padded(Pass pass, Geometry geometry, Block x, int image, out ReadOnlySpan<float> map)
    {
        map = x.Values[(image * geometry.Channels * geometry.Height * geometry.Width)..];
        if (!geometry.IsPadded) return null;
        Block padded = pass.Pool.Rent(geometry.PaddedLength);
        geometry.Pad(map, padded.Values);
        map = padded.Values;
        return padded;
    }

    /// <summary>At stride 1 the window over the output's gradient whose sums are the input's, with the kernel turned by 180 degrees.</summary>
    private static Geometry? Turned(Geometry g)
    {
        int top = (g.KernelHeight - 1) * g.DilationHeight - g.Top, left = (g.KernelWidth - 1) * g.DilationWidth - g.Left;
        return g.StrideHeight == 1 && g.StrideWidth == 1 && top >= 0 && left >= 0
            ? g with { Height = g.OutputHeight, Width = g.OutputWidth, OutputHeight = g.Height, OutputWidth = g.Width, Top = top, Left = left }
            : null;
    }

    /// <summary>The weights as [taps, channels], from the last tap to the first where the kernel is turned.</summary>
    private Block ByTap(Pass pass, bool turned)
    {
        int channels = geometry.Channels, taps = geometry.Taps;
        Block weights = pass.Pool.Rent(taps * channels);
        ReadOnlySpan<float> from = Input(1).Values;
        Span<float> to = weights.Values;
        for (int c = 0; c < channels; c++)
            for (int t = 0; t < taps; t++) to[(turned ? taps - 1 - t : t) * channels + c] = from[c * taps + t];
        return weights;
    }
}
