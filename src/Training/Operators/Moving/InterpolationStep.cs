using EdgeKit.Onnx;
using EdgeKit.Onnx.Reference;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Moving;

/// <summary>Resize by linear interpolation of the rows and columns of a feature map.</summary>
internal sealed class InterpolationStep(Node node, Slot?[] inputs, Slot[] outputs, InterpolationStep.Mix[] rows, InterpolationStep.Mix[] columns) : Step(node, inputs, outputs)
{
    /// <summary>An element between two of the input: (1 - Part) · Low + Part · High.</summary>
    internal readonly record struct Mix(int Low, int High, float Part);

    public static InterpolationStep Of(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0);
        Slot[] outputs = builder.Outputs();
        var call = new Call(builder.Node, [Tensor.Zeros(ElementType.Float, x.Shape), .. builder.Node.Inputs.Skip(1).Select(static v => v?.Constant)]);
        List<(int Axis, float[] Places, float Scale)> plan = Resizing.Plan(call);
        if (plan.Exists(static p => Array.Exists(p.Places, float.IsNaN))) throw ModelException.At(builder.Node, "extrapolates, which cannot be trained through");
        if (plan.Exists(static p => p.Axis < 2)) throw ModelException.At(builder.Node, "interpolates channels, which cannot be trained through");
        return new InterpolationStep(builder.Node, [x], outputs, Mixes(2, x.Height), Mixes(3, x.Width));

        Mix[] Mixes(int axis, int size)
        {
            float[] places = plan.Find(p => p.Axis == axis).Places ?? [.. Enumerable.Range(0, size).Select(static i => (float)i)];
            return Array.ConvertAll(places, place =>
            {
                float at = Math.Clamp(place, 0, size - 1);
                return new Mix((int)at, Math.Min((int)at + 1, size - 1), at - (int)at);
            });
        }
    }

    public override void Forward(Pass pass)
    {
        pass.Create(Output);
        ForTaps(pass, (image, from, to, weight, channels) =>
            Vectors.AddScaled(Input(0).Values.Slice(image * Input(0).Length + from, channels), weight, Output.Values.Slice(image * Output.Length + to, channels)),
            image => Output.Values.Slice(image * Output.Length, Output.Length).Clear());
    }

    public override void Backward(Pass pass)
    {
        Block dx = pass.Ask(Input(0));
        ForTaps(pass, (image, from, to, weight, channels) =>
            Vectors.AddScaled(Output.Gradient!.Values.Slice(image * Output.Length + to, channels), weight, dx.Values.Slice(image * Input(0).Length + from, channels)),
            image => dx.Values.Slice(image * Input(0).Length, Input(0).Length).Clear());
        pass.Give(Input(0), dx);
    }

    private delegate void Tap(int image, int from, int to, float weight, int channels);

    /// <summary>Visits, for every pixel of the output, the pixels of the input that make it.</summary>
    private void ForTaps(Pass pass, Tap tap, Action<int> clear)
    {
        int width = Input(0).Width, channels = Input(0).Channels;
        pass.Workers.For(pass.Batch, image =>
        {
            clear(image);
            int to = 0;
            foreach (Mix row in rows)
            {
                foreach (Mix column in columns)
                {
                    Visit(row.Low, column.Low, (1 - row.Part) * (1 - column.Part));
                    Visit(row.Low, column.High, (1 - row.Part) * column.Part);
                    Visit(row.High, column.Low, row.Part * (1 - column.Part));
                    Visit(row.High, column.High, row.Part * column.Part);
                    to += channels;
                }
            }

            void Visit(int y, int x, float weight)
            {
                if (weight != 0) tap(image, (y * width + x) * channels, to, weight, channels);
            }
        });
    }
}
