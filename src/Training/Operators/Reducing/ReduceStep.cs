using EdgeKit.Onnx;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Reducing;

/// <summary>ReduceMean and ReduceSum.</summary>
internal sealed class ReduceStep : Step
{
    private readonly int[] _targets;
    private readonly float _scale;

    public ReduceStep(Node node, Slot?[] inputs, Slot[] outputs, bool mean) : base(node, inputs, outputs)
    {
        Slot x = Input(0);
        int[] axes = node.Attributes.Ints("axes") is { } given ? Axes.Normalise(node, given, x.Shape.Length) : [.. Enumerable.Range(0, x.Shape.Length)];
        int[] kept = [.. x.Shape.Select((d, i) => axes.Contains(i) ? 1 : d)];
        // The output may have lost the reduced axes: then the others are in order.
        int[] strides = Output.Strides(), steps = new int[kept.Length];
        for (int d = 0, o = 0; d < kept.Length; d++)
        {
            bool reduced = axes.Contains(d);
            if (!reduced) steps[d] = strides[o];
            if (!reduced || Output.Shape.Length == kept.Length) o++;
        }
        _targets = new int[x.Length];
        int[] places = x.Places(), index = new int[kept.Length];
        for (int i = 0, at = 0; i < places.Length; i++)
        {
            _targets[places[i]] = at;
            for (int d = index.Length - 1; d >= 0; d--)
            {
                at += steps[d];
                if (++index[d] < x.Shape[d]) break;
                at -= steps[d] * x.Shape[d];
                index[d] = 0;
            }
        }
        _scale = mean ? (float)Output.Length / x.Length : 1;
    }

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        pass.Workers.For(Copies(pass), image =>
        {
            ReadOnlySpan<float> x = Input(0).Values[(image * _targets.Length)..];
            Span<float> y = Output.Values.Slice(image * Output.Length, Output.Length);
            y.Clear();
            for (int i = 0; i < _targets.Length; i++) y[_targets[i]] += x[i];
            for (int i = 0; i < y.Length; i++) y[i] *= _scale;
        });
    }

    public override void Backward(Pass pass)
    {
        Block dx = pass.Ask(Input(0));
        pass.Workers.For(Copies(pass), image =>
        {
            ReadOnlySpan<float> dy = Output.Gradient!.Values[(image * Output.Length)..];
            Span<float> to = dx.Values.Slice(image * _targets.Length, _targets.Length);
            for (int i = 0; i < to.Length; i++) to[i] = dy[_targets[i]] * _scale;
        });
        pass.Give(Input(0), dx);
    }
}
