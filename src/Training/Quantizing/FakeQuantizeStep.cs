using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Quantizing;

/// <summary>
/// y = s · (saturate(round(x / s) + z) - z) with s = 2^θ, as ONNX QuantizeLinear and DequantizeLinear. Backward rounding counts as the identity and saturation
/// as a constant (straight-through estimator); by s, y has the slope round(x / s) - x / s inside of the range and its end behind it (Esser et al., "Learned Step
/// Size Quantization", 2020, eq. 3), times s ln 2 by θ.
/// </summary>
internal sealed class FakeQuantizeStep : Step
{
    private const int Grain = 1 << 15;

    private readonly float _low;
    private readonly float _high;

    public FakeQuantizeStep(Node node, Slot?[] inputs, Slot[] outputs)
        : base(node, inputs, outputs)
    {
        int zeroPoint = node.Attributes.Int("zero_point", 0);
        _low = node.Attributes.Int("minimum", byte.MinValue) - zeroPoint;
        _high = node.Attributes.Int("maximum", byte.MaxValue) - zeroPoint;
    }

    public override bool SavesInput(int index) => true;

    public override void Forward(Pass pass)
    {
        float scale = Scale();
        Block x = Input(0).Data!;
        pass.Create(Output);
        pass.Workers.Ranges(pass.Count(Output), Grain, (first, count) =>
        {
            ReadOnlySpan<float> from = x.Values.Slice(first, count);
            Span<float> to = Output.Values.Slice(first, count);
            for (int i = 0; i < count; i++) to[i] = Math.Clamp(MathF.Round(from[i] / scale), _low, _high) * scale;
        });
    }

    public override void Backward(Pass pass)
    {
        float scale = Scale();
        int total = pass.Count(Output);
        Block x = Input(0).Data!, dy = Output.Gradient!, dx = pass.Ask(Input(0));
        // A sum for each range, added in their order: the same bits whatever thread does which.
        double[] sums = new double[(total + Grain - 1) / Grain];
        pass.Workers.Ranges(total, Grain, (first, count) => sums[first / Grain] = Chain(x.Values.Slice(first, count), dy.Values.Slice(first, count), dx.Values.Slice(first, count), scale));
        if (Input(0).NeedsGradient) pass.Give(Input(0), dx);
        else pass.Pool.Release(dx);
        if (!Input(1).NeedsGradient) return;
        Block dTheta = pass.Ask(Input(1));
        dTheta.Values[0] = (float)(sums.Sum() * scale * Math.Log(2));
        pass.Give(Input(1), dTheta);
    }

    private float Scale() => MathF.Pow(2, Input(1).Values[0]);

    private double Chain(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, float scale)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float v = x[i] / scale, rounded = MathF.Round(v), kept = Math.Clamp(rounded, _low, _high);
            bool inside = kept == rounded;
            dx[i] = inside ? dy[i] : 0;
            sum += (double)dy[i] * (inside ? rounded - v : kept);
        }
        return sum;
    }
}
