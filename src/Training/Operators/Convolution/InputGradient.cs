using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>The gradient of a convolution's input, which is also what a transposed convolution computes.</summary>
internal abstract class InputGradient
{
    /// <summary>The way that fits the window: gathering at stride 1, else scattering.</summary>
    public static InputGradient Of(Patches patches, WeightLayout layout, int groups)
    {
        Geometry g = patches.Geometry;
        int top = (g.KernelHeight - 1) * g.DilationHeight - g.Top, left = (g.KernelWidth - 1) * g.DilationWidth - g.Left;
        bool gathers = groups == 1 && g.StrideHeight == 1 && g.StrideWidth == 1 && top >= 0 && left >= 0;
        return gathers ? new GatheredGradient(g, layout, top, left) : new ScatteredGradient(patches, layout, groups);
    }

    /// <summary>Computes the gradient of the input.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="weights">[outputs, depth, taps], group by group.</param>
    /// <param name="dy">Gradient of the output, of every image.</param>
    /// <param name="dx">Written completely.</param>
    public abstract void Compute(Pass pass, Block weights, Block dy, Block dx);
}

/// <summary>At stride 1 the gradient is a convolution of the output's gradient with the kernel turned by 180 degrees.</summary>
internal sealed class GatheredGradient : InputGradient
{
    private readonly Patches _patches;
    private readonly int _columns;
    private readonly int[] _rowOffsets;
    private readonly int[] _columnOffsets;
    private readonly RowProduct? _rows;

    public GatheredGradient(Geometry g, WeightLayout layout, int top, int left)
    {
        var turned = new Geometry(
            layout.Outputs, g.OutputHeight, g.OutputWidth, g.Height, g.Width, g.KernelHeight, g.KernelWidth, 1, 1, g.DilationHeight, g.DilationWidth, top, left);
        _patches = new Patches(turned, 1);
        _columns = layout.Depth;
        _rowOffsets = layout.TurnedOffsets();
        _columnOffsets = layout.DepthOffsets();
        if (turned.IsPointwise) _rows = new RowProduct(layout.Outputs, layout.Depth);
    }

    public override void Compute(Pass pass, Block weights, Block dy, Block dx)
    {
        Geometry g = _patches.Geometry;
        Block panels = pass.Pool.Rent(Panels.Size(_patches.Depth, _columns));
        Panels.Pack(weights.Values, _rowOffsets, _columnOffsets, panels.Values);
        if (_rows is not null)
        {
            _rows.Multiply(pass, dy, pass.Batch * g.Places, panels, null, dx);
        }
        else
        {
            int from = g.Channels * g.Height * g.Width, to = _columns * g.Places;
            pass.Workers.For(pass.Batch, image =>
            {
                ReadOnlySpan<float> map = dy.Values[(image * from)..];
                Block? padded = null;
                if (g.IsPadded)
                {
                    padded = pass.Pool.Rent(g.PaddedLength);
                    g.Pad(map, padded.Values);
                    map = padded.Values;
                }
                Product.Multiply(map, _patches.Starts, _patches.Segments, _patches.Length, panels.Values, default, _columns, dx.Values[(image * to)..], _columns);
                pass.Pool.Release(padded);
            });
        }
        pass.Pool.Release(panels);
    }
}

/// <summary>The gradients of patches, added where the patches lie.</summary>
internal sealed class ScatteredGradient(Patches patches, WeightLayout layout, int groups) : InputGradient
{
    /// <summary>Patches at a time.</summary>
    private const int Rows = 48;

    private static readonly int[] Whole = [0];
    private readonly int[] _rowOffsets = layout.OutputOffsets();
    private readonly int[] _columnOffsets = layout.PatchOffsets();
    private readonly int[] _starts = [.. Enumerable.Range(0, Rows).Select(r => r * layout.Outputs * groups)];

    public override void Compute(Pass pass, Block weights, Block dy, Block dx)
    {
        int size = Panels.Size(layout.Outputs, patches.Depth);
        Block panels = pass.Pool.Rent(groups * size);
        for (int g = 0; g < groups; g++) Panels.Pack(weights.Values[(g * layout.Length)..], _rowOffsets, _columnOffsets, panels.Values.Slice(g * size, size));
        pass.Workers.For(pass.Batch, image => Image(pass, image, panels, size, dy, dx));
        pass.Pool.Release(panels);
    }

    private void Image(Pass pass, int image, Block panels, int size, Block dy, Block dx)
    {
        Geometry geometry = patches.Geometry;
        int outputs = layout.Outputs * groups, depth = patches.Depth;
        Block sum = pass.Pool.Rent(geometry.PaddedLength), products = pass.Pool.Rent(Rows * depth);
        sum.Values.Clear();
        for (int first = 0; first < geometry.Places; first += Rows)
        {
            int count = Math.Min(Rows, geometry.Places - first);
            ReadOnlySpan<float> gradient = dy.Values[((image * geometry.Places + first) * outputs)..];
            for (int g = 0; g < groups; g++)
            {
                Product.Multiply(
                    gradient[(g * layout.Outputs)..], _starts.AsSpan(0, count), Whole, layout.Outputs, panels.Values[(g * size)..], default, depth, products.Values, depth);
                for (int r = 0; r < count; r++)
                {
                    int start = patches.Starts[first + r] + g * layout.Depth, from = r * depth;
                    foreach (int segment in patches.Segments)
                    {
                        Vectors.Accumulate(products.Values.Slice(from, patches.Length), sum.Values.Slice(start + segment, patches.Length));
                        from += patches.Length;
                    }
                }
            }
        }
        geometry.Crop(sum.Values, dx.Values[(image * geometry.Channels * geometry.Height * geometry.Width)..]);
        pass.Pool.Release(products);
        pass.Pool.Release(sum);
    }
}
