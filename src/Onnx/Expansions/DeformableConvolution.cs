using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>
/// DeformConv as what it is: each tap of the kernel samples the input where its offset says (GridSample of EdgeKit's domain, whose positions count elements; zeros outside), the mask scales the samples, and a
/// convolution of 1 x 1 adds them up. The taps lie below each other in the rows of the grid, and the offset groups in the batch.
/// </summary>
internal static class DeformableConvolution
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        int[] x = e.Node.FeatureMap(0, ElementType.Float), w = e.Node.Dims(1, ElementType.Float);
        if (x.Length != 4) throw new ModelException($"input 0 has shape {NodeShapes.Text(x)}; only [N,C,H,W] is supported");
        (Window window, int group, int[] y) = ConvolutionShapes.Convolve(e.Node, x, w);
        int offsetGroups = e.Attributes.Int("offset_group", 1), taps = w[2] * w[3], rows = y[2], columns = y[3];
        if (offsetGroups < 1 || x[1] % offsetGroups != 0) throw new ModelException($"{offsetGroups} offset groups do not divide {x[1]} channels");
        Require(e, 2, x[0], offsetGroups * taps * 2, rows, columns);
        int batch = x[0] * offsetGroups;

        // Offsets come as (y, x), grids as (x, y).
        Value offsets = e.Transpose(e.Reshape(e.Input(2), batch, taps, 2, rows * columns), 0, 1, 3, 2);
        Value swapped = e.Add("Gather", [offsets, e.Ints(1, 0)], ("axis", 3));
        Value positions = e.Add("Add", [e.Reshape(swapped, batch, taps * rows, columns, 2), e.Constant(Undeformed(window, rows, columns))]);

        Value samples = e.AddOwn("GridSample", [e.Reshape(e.Input(0), batch, x[1] / offsetGroups, x[2], x[3]), positions],
            ("mode", "linear"), ("padding_mode", "zeros"), ("align_corners", 0));
        if (e.Optional(4) is { } mask)
        {
            Require(e, 4, x[0], offsetGroups * taps, rows, columns);
            samples = e.Add("Mul", [samples, e.Reshape(mask, batch, 1, taps * rows, columns)]);
        }
        Value columnsOfTaps = e.Reshape(samples, x[0], x[1] * taps, rows, columns);
        return [e.Add("Conv", [columnsOfTaps, e.Reshape(e.Input(1), w[0], w[1] * taps, 1, 1), e.Optional(3)], ("kernel_shape", (int[])[1, 1]), ("group", group))];
    }

    /// <summary>The positions [1, taps rows, columns, 2] of a convolution without offsets, in elements.</summary>
    private static Tensor Undeformed(Window window, int rows, int columns)
    {
        (int kernelH, int kernelW) = (window.Kernel[0], window.Kernel[1]);
        var grid = new float[Expansion.Elements(2L * NodeShapes.Product([kernelH, kernelW, rows, columns]))];
        int at = 0;
        for (int tap = 0; tap < kernelH * kernelW; tap++)
        {
            for (int oy = 0; oy < rows; oy++)
            {
                int py = oy * window.Strides[0] - window.Pads[0] + tap / kernelW * window.Dilations[0];
                for (int ox = 0; ox < columns; ox++)
                {
                    grid[at++] = ox * window.Strides[1] - window.Pads[1] + tap % kernelW * window.Dilations[1];
                    grid[at++] = py;
                }
            }
        }
        return Tensor.Of(grid, 1, kernelH * kernelW * rows, columns, 2);
    }

    private static void Require(Expansion e, int input, params int[] wanted)
    {
        int[] dims = e.Node.Dims(input, ElementType.Float);
        if (!dims.AsSpan().SequenceEqual(wanted)) throw new ModelException($"input {input} has shape {NodeShapes.Text(dims)} where {NodeShapes.Text(wanted)} is wanted");
    }
}
