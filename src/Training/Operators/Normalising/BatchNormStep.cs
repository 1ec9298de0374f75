using System.Numerics;
using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Normalising;

/// <summary>
/// BatchNormalization, and the Relu or Clip behind it (Ioffe and Szegedy, Batch Normalization, 2015, algorithm 1 and the derivatives of section 3). Running
/// variances are the unbiased ones.
/// </summary>
internal sealed class BatchNormStep(Node node, Slot?[] inputs, Slot[] outputs, Statistics statistics, float low, float high) : Step(node, inputs, outputs)
{
    /// <summary>Elements of a part: about half of the second cache.</summary>
    private const int Part = 1 << 15;

    private readonly ChannelRows _rows = new(outputs[0].Shape[1]);
    private readonly float _epsilon = node.Attributes.Float("epsilon", 1e-5f);
    private readonly Vector<float> _low = new(low), _high = new(high);
    private double[] _mean = [];
    private double[] _deviation = [];
    private float[] _wideMean = [], _scale = [], _shift = [];

    private int Channels => _rows.Channels;

    private Slot Gamma => Input(1);

    public override bool SavesInput(int index) => index == 0;

    public override void Forward(Pass pass)
    {
        Block x = Input(0).Data!;
        pass.Create(Output);
        if (pass.Mode == NetworkMode.Training)
        {
            Measure(pass, x);
        }
        else
        {
            _mean = Array.ConvertAll(statistics.Mean, static m => (double)m);
            _deviation = Array.ConvertAll(statistics.Variance, v => Math.Sqrt(v + _epsilon));
        }
        float[] scale = new float[Channels], mean = new float[Channels];
        for (int c = 0; c < Channels; c++)
        {
            scale[c] = (float)(Gamma.Values[c] / _deviation[c]);
            mean[c] = (float)_mean[c];
        }
        (_wideMean, _scale, _shift) = (_rows.Spread(mean), _rows.Spread(scale), _rows.Spread(Input(2).Values));
        ForParts(pass, (first, count) => _rows.Normalise(x.Values[first..], _wideMean, _scale, _shift, _low, _high, count, Output.Values[first..]));
    }

    /// <summary>Takes mean and variance from the batch, and moves the running ones towards them.</summary>
    private void Measure(Pass pass, Block x)
    {
        float[] pivot = _rows.Spread(statistics.Mean);
        (double[] sums, double[] squares) = Sum(pass, (first, count, a, b) => _rows.Moments(x.Values[first..], pivot, count, a, b));
        double n = Rows(pass);
        (_mean, _deviation) = (new double[Channels], new double[Channels]);
        for (int c = 0; c < Channels; c++)
        {
            double shift = sums[c] / n, variance = Math.Max(0, squares[c] / n - shift * shift);
            _mean[c] = statistics.Mean[c] + shift;
            _deviation[c] = Math.Sqrt(variance + _epsilon);
            statistics.Mean[c] += pass.Momentum * (float)shift;
            statistics.Variance[c] += pass.Momentum * (float)(variance * n / Math.Max(1, n - 1) - statistics.Variance[c]);
        }
    }

    public override void Backward(Pass pass)
    {
        Block x = Input(0).Data!, dy = Output.Gradient!;
        bool measured = pass.Mode == NetworkMode.Training;
        double[] sums = new double[Channels], products = new double[Channels];
        if (measured || Gamma.NeedsGradient || Input(2).NeedsGradient)
        {
            (sums, products) = Sum(pass, (first, count, a, b) =>
                _rows.GradientMoments(x.Values[first..], dy.Values[first..], _wideMean, _scale, _shift, _low, _high, count, a, b));
        }
        if (Gamma.NeedsGradient) GiveChannels(pass, Gamma, c => products[c] / _deviation[c]);
        if (Input(2).NeedsGradient) GiveChannels(pass, Input(2), c => sums[c]);
        if (!Input(0).NeedsGradient) return;

        float[] slope = new float[Channels], offset = new float[Channels];
        for (int c = 0; measured && c < Channels; c++)
        {
            double n = Rows(pass);
            slope[c] = (float)(-_scale[c] * products[c] / (n * _deviation[c] * _deviation[c]));
            offset[c] = (float)(-_scale[c] * sums[c] / n);
        }
        float[] slopes = _rows.Spread(slope), offsets = _rows.Spread(offset);
        Block dx = pass.Ask(Input(0));
        ForParts(pass, (first, count) =>
            _rows.Gradient(x.Values[first..], dy.Values[first..], _wideMean, _scale, _shift, _low, _high, slopes, offsets, count, dx.Values[first..]));
        pass.Give(Input(0), dx);
    }

    private void GiveChannels(Pass pass, Slot slot, Func<int, double> gradient)
    {
        Block block = pass.Ask(slot);
        for (int c = 0; c < Channels; c++) block.Values[c] = (float)gradient(c);
        pass.Give(slot, block);
    }

    private double Rows(Pass pass) => (double)pass.Count(Output) / Channels;

    private int Grain => (Part + _rows.Width - 1) / _rows.Width * _rows.Width;

    private void ForParts(Pass pass, Action<int, int> part) => pass.Workers.Ranges(pass.Count(Output), Grain, part);

    private delegate void Moments(int first, int count, Span<float> a, Span<float> b);

    /// <summary>Two sums over rows for each channel: of floats within a part, of doubles over the parts.</summary>
    private (double[] A, double[] B) Sum(Pass pass, Moments moments)
    {
        int count = pass.Count(Output), width = _rows.Width, parts = (count + Grain - 1) / Grain;
        Block partial = pass.Pool.Rent(parts * 2 * width);
        ForParts(pass, (first, n) =>
        {
            Span<float> sums = partial.Values.Slice(first / Grain * 2 * width, 2 * width);
            sums.Clear();
            moments(first, n, sums[..width], sums[width..]);
        });
        double[] a = new double[Channels], b = new double[Channels];
        for (int part = 0; part < parts; part++)
        {
            _rows.Fold(partial.Values.Slice(part * 2 * width, width), a);
            _rows.Fold(partial.Values.Slice((part * 2 + 1) * width, width), b);
        }
        pass.Pool.Release(partial);
        return (a, b);
    }
}
