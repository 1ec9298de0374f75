using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Pooling of each channel over a window or over everything.</summary>
internal static class Pooling
{
    /// <summary>The largest element under the window; padding never wins.</summary>
    public static Tensor[] MaxPool(Call call)
    {
        Sliding sliding = Sliding.Of(call);
        return [TypeDispatch.RunNumeric(call, call.Input(0).Type, new MaxWork(call.Input(0), sliding))];
    }

    /// <summary>
    /// The mean of the elements under the window. With count_include_pad padding counts as zeros,
    /// but what a window in ceil mode covers beyond the padding never counts.
    /// </summary>
    public static Tensor[] AveragePool(Call call)
    {
        Tensor x = call.Float(0);
        Sliding sliding = Sliding.Of(call);
        bool includePadding = call.Attributes.Int("count_include_pad", 0) != 0;
        float[] y = new float[Tensor.ElementCount(sliding.Shape)];
        sliding.ForEach((area, plane, output) =>
        {
            ReadOnlySpan<float> from = x.AsSpan<float>().Slice(plane, sliding.Input.Plane);
            float sum = 0;
            int inside = 0, padded = 0;
            for (int iy = area.Top; iy < area.Bottom; iy += area.StepY)
            {
                for (int ix = area.Left; ix < area.Right; ix += area.StepX)
                {
                    padded++;
                    if (iy < 0 || iy >= sliding.Input.Height || ix < 0 || ix >= sliding.Input.Width) continue;
                    sum += from[iy * sliding.Input.Width + ix];
                    inside++;
                }
            }
            y[output] = sum / (includePadding ? padded : inside);
        });
        return [Tensor.Of(y, sliding.Shape)];
    }

    /// <summary>The mean of each channel.</summary>
    public static Tensor[] GlobalAveragePool(Call call) => Global(call, static plane =>
    {
        double sum = 0;
        foreach (float v in plane) sum += v;
        return (float)(sum / plane.Length);
    });

    /// <summary>The largest element of each channel.</summary>
    public static Tensor[] GlobalMaxPool(Call call) => Global(call, static plane =>
    {
        float max = float.MinValue;
        foreach (float v in plane) max = MathF.Max(max, v);
        return max;
    });

    private static Tensor[] Global(Call call, Func<ReadOnlySpan<float>, float> reduce)
    {
        Tensor x = call.Float(0);
        if (x.Rank < 3) throw call.Error($"wants an input [N,C,...], not {x}");
        int[] shape = [.. x.Shape.Select(static (d, axis) => axis < 2 ? d : 1)];
        float[] y = new float[Tensor.ElementCount(shape)];
        if (y.Length > 0 && x.Length == 0) throw call.Error($"cannot pool over no elements ({x})");
        int plane = y.Length == 0 ? 0 : x.Length / y.Length;
        for (int i = 0; i < y.Length; i++) y[i] = reduce(x.AsSpan<float>().Slice(i * plane, plane));
        return [Tensor.Of(y, shape)];
    }

    private readonly record struct MaxWork(Tensor X, Sliding Sliding) : INumeric
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            (Tensor x, Sliding sliding) = (X, Sliding);
            T[] y = new T[Tensor.ElementCount(sliding.Shape)];
            sliding.ForEach((area, plane, output) =>
            {
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(plane, sliding.Input.Plane);
                T max = T.MinValue;
                for (int iy = area.Top; iy < Math.Min(area.Bottom, sliding.Input.Height); iy += area.StepY)
                {
                    if (iy < 0) continue;
                    for (int ix = area.Left; ix < Math.Min(area.Right, sliding.Input.Width); ix += area.StepX)
                        if (ix >= 0) max = T.Max(max, from[iy * sliding.Input.Width + ix]);
                }
                y[output] = max;
            });
            return Tensor.Of(y, sliding.Shape);
        }
    }

    /// <summary>The input coordinates under one window, padding included: Top, Top + StepY, ... below Bottom.</summary>
    private readonly record struct Area(int Top, int Bottom, int StepY, int Left, int Right, int StepX);

    /// <summary>A window's way over a feature map.</summary>
    private sealed record Sliding(FeatureMap Input, FeatureMap Output, Window Window, int[] Shape)
    {
        public static Sliding Of(Call call)
        {
            Tensor x = call.Input(0);
            FeatureMap input = FeatureMap.Of(call, x);
            int[] kernel = call.Attributes.Ints("kernel_shape") ?? throw call.Error("has no kernel_shape");
            Window window = Window.Read(call.Node, x.Shape.AsSpan(2), kernel);
            for (int axis = 0; axis < 2; axis++)
            {
                if (window.Before[axis] >= window.Reach(axis) || window.After[axis] >= window.Reach(axis))
                    throw call.Error("has padding as wide as its window");
            }
            bool ceil = call.Attributes.Int("ceil_mode", 0) != 0;
            var output = new FeatureMap(input.Batch, input.Channels,
                window.OutputSize(call.Node, 0, input.Height, ceil), window.OutputSize(call.Node, 1, input.Width, ceil));
            int[] shape = output.Shape(x.Rank);
            call.Count(shape);
            return new Sliding(input, output, window, shape);
        }

        /// <summary>Calls the action for each output element with its window, the start of its input channel, and its own place.</summary>
        public void ForEach(Action<Area, int, int> action) => Parallel.For(0, Input.Batch * Input.Channels, channel =>
        {
            for (int i = 0; i < Output.Plane; i++)
            {
                (int oy, int ox) = Math.DivRem(i, Output.Width);
                (int top, int bottom) = Span(0, oy, Input.Height);
                (int left, int right) = Span(1, ox, Input.Width);
                action(new Area(top, bottom, Window.Dilation[0], left, right, Window.Dilation[1]), channel * Input.Plane, channel * Output.Plane + i);
            }
        });

        private (int First, int End) Span(int axis, int output, int size)
        {
            int first = output * Window.Stride[axis] - Window.Before[axis];
            return (first, Math.Min(first + Window.Reach(axis), size + Window.After[axis]));
        }
    }
}
