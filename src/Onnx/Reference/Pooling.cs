using System.Numerics;
using EdgeKit.Onnx.Shapes;

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
        sliding.ForEach((rows, columns, plane, output) =>
        {
            ReadOnlySpan<float> from = x.AsSpan<float>().Slice(plane, sliding.Input.Plane);
            float sum = 0;
            for (int iy = rows.First; iy < rows.End; iy += rows.Step)
                for (int ix = columns.First; ix < columns.End; ix += columns.Step) sum += from[iy * sliding.Input.Width + ix];
            y[output] = sum / (includePadding ? (float)rows.WithPadding * columns.WithPadding : (float)rows.Inside * columns.Inside);
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
            sliding.ForEach((rows, columns, plane, output) =>
            {
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(plane, sliding.Input.Plane);
                T max = T.MinValue;
                for (int iy = rows.First; iy < rows.End; iy += rows.Step)
                    for (int ix = columns.First; ix < columns.End; ix += columns.Step) max = T.Max(max, from[iy * sliding.Input.Width + ix]);
                y[output] = max;
            });
            return Tensor.Of(y, sliding.Shape);
        }
    }

    /// <summary>The taps of one window along one axis: those inside of the input lie at First, First + Step, ... before End.</summary>
    /// <param name="First">Coordinate of the first tap inside.</param>
    /// <param name="End">End of the input, or of the window where that comes first.</param>
    /// <param name="Step">The dilation.</param>
    /// <param name="WithPadding">Number of taps inside of the input and its padding.</param>
    private readonly record struct TapRange(int First, int End, int Step, int WithPadding)
    {
        /// <summary>Number of taps inside of the input.</summary>
        public int Inside => Math.Max(0, (End - First + Step - 1) / Step);
    }

    /// <summary>A window's way over a feature map.</summary>
    private sealed record Sliding(FeatureMap Input, FeatureMap Output, PlanarWindow Window, int[] Shape)
    {
        public delegate void Visitor(TapRange rows, TapRange columns, int inputPlane, int output);

        public static Sliding Of(Call call)
        {
            int[] input = call.Input(0).Shape;
            FeatureMap map = FeatureMap.Of(call, input);
            (Window window, int[] shape) = PoolingShapes.Slide(call.Node, input);
            call.Count(shape);
            return new Sliding(map, FeatureMap.Of(call, shape), PlanarWindow.Of(call, window), shape);
        }

        /// <summary>Visits each output element with the taps of its window, the start of its input channel, and its own place.</summary>
        public void ForEach(Visitor visit)
        {
            TapRange[] rows = [.. Enumerable.Range(0, Output.Height).Select(i => Taps(0, i, Input.Height))];
            TapRange[] columns = [.. Enumerable.Range(0, Output.Width).Select(i => Taps(1, i, Input.Width))];
            Parallel.For(0, Input.Batch * Input.Channels, channel =>
            {
                int output = channel * Output.Plane;
                foreach (TapRange row in rows)
                    foreach (TapRange column in columns) visit(row, column, channel * Input.Plane, output++);
            });
        }

        private TapRange Taps(int axis, int output, int size)
        {
            int dilation = Window.Dilation[axis], start = output * Window.Stride[axis] - Window.Before[axis];
            int skipped = start < 0 ? (-start + dilation - 1) / dilation : 0;
            int withPadding = Math.Min(Window.Kernel[axis], (size + Window.After[axis] - start + dilation - 1) / dilation);
            return new TapRange(start + skipped * dilation, Math.Min(start + Window.Extent(axis), size), dilation, withPadding);
        }
    }
}
