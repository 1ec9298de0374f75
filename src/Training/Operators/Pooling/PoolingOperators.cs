using EdgeKit.Training.Operators.Convolution;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Pooling;

/// <summary>The pooling operators of a graph.</summary>
internal static class PoolingOperators
{
    public static Step MaxPool(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0);
        return new MaxPoolStep(builder.Node, [x], builder.Outputs(), Of(builder, x));
    }

    public static Step AveragePool(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0);
        Geometry g = Of(builder, x);
        bool withPadding = builder.Node.Attributes.Int("count_include_pad", 0) != 0;
        int[] pads = builder.Node.Attributes.Ints("pads") ?? [0, 0, 0, 0];
        float[] shares = new float[g.Places];
        for (int p = 0; p < shares.Length; p++)
        {
            int rows = Count(p / g.OutputWidth * g.StrideHeight - g.Top, g.KernelHeight, g.DilationHeight, g.Height, withPadding ? (g.Top, pads[2]) : (0, 0));
            int columns = Count(p % g.OutputWidth * g.StrideWidth - g.Left, g.KernelWidth, g.DilationWidth, g.Width, withPadding ? (g.Left, pads[3]) : (0, 0));
            shares[p] = 1f / (rows * columns);
        }
        return new AveragePoolStep(builder.Node, [x], builder.Outputs(), g, shares);
    }

    public static Step GlobalAveragePool(StepBuilder builder)
    {
        Slot x = builder.FeatureMap(0);
        var g = new Geometry(x.Channels, x.Height, x.Width, 1, 1, x.Height, x.Width, 1, 1, 1, 1, 0, 0);
        return new AveragePoolStep(builder.Node, [x], builder.Outputs(), g, [1f / (x.Height * x.Width)]);
    }

    private static Geometry Of(StepBuilder builder, Slot x)
    {
        int[] kernel = builder.Node.Attributes.Ints("kernel_shape")!;
        return Geometry.Of(builder.Node, x.Shape, builder.Node.Output.Dims, kernel[0], kernel[1]);
    }

    /// <summary>Taps of a window that lie within the map and what of the padding counts.</summary>
    private static int Count(int start, int kernel, int dilation, int size, (int Before, int After) counted) =>
        Enumerable.Range(0, kernel).Count(t => start + t * dilation >= -counted.Before && start + t * dilation < size + counted.After);
}
