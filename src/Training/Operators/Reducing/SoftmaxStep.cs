using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Reducing;

/// <summary>Softmax and LogSoftmax along an axis.</summary>
internal sealed class SoftmaxStep : Step
{
    private readonly bool _logarithm;
    private readonly int _size;
    private readonly int _step;

    public SoftmaxStep(Node node, Slot?[] inputs, Slot[] outputs, bool logarithm) : base(node, inputs, outputs)
    {
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", -1), Output.Shape.Length);
        _logarithm = logarithm;
        _size = Output.Shape[axis];
        _step = Output.Strides()[axis];
    }

    public override bool SavesOutput => true;

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        ForLanes(pass, (image, lane) =>
        {
            ReadOnlySpan<float> x = Input(0).Values[(image * Output.Length + lane)..];
            Span<float> y = Output.Values[(image * Output.Length + lane)..];
            float most = float.NegativeInfinity;
            for (int i = 0; i < _size; i++) most = MathF.Max(most, x[i * _step]);
            double sum = 0;
            for (int i = 0; i < _size; i++) sum += y[i * _step] = MathF.Exp(x[i * _step] - most);
            float log = (float)Math.Log(sum);
            for (int i = 0; i < _size; i++) y[i * _step] = _logarithm ? x[i * _step] - most - log : (float)(y[i * _step] / sum);
        });
    }

    // Softmax: dx = y (dy - Σ y dy). LogSoftmax: dx = dy - exp(y) Σ dy.
    public override void Backward(Pass pass)
    {
        Block dx = pass.Ask(Input(0));
        ForLanes(pass, (image, lane) =>
        {
            int start = image * Output.Length + lane;
            ReadOnlySpan<float> y = Output.Values[start..], dy = Output.Gradient!.Values[start..];
            Span<float> to = dx.Values[start..];
            double sum = 0;
            for (int i = 0; i < _size; i++) sum += _logarithm ? dy[i * _step] : (double)y[i * _step] * dy[i * _step];
            for (int i = 0; i < _size; i++)
            {
                float v = y[i * _step];
                to[i * _step] = _logarithm ? dy[i * _step] - MathF.Exp(v) * (float)sum : v * (dy[i * _step] - (float)sum);
            }
        });
        pass.Give(Input(0), dx);
    }

    /// <summary>Visits the first element of each row along the axis.</summary>
    private void ForLanes(Pass pass, Action<int, int> lane) => pass.Workers.For(Copies(pass), image =>
    {
        for (int outer = 0; outer < Output.Length; outer += _size * _step)
            for (int inner = 0; inner < _step; inner++) lane(image, outer + inner);
    });
}
