using EdgeKit.Training.Products;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>A convolution with its kernel as a matrix, dense or in groups: the product itself and the gradient of its weights.</summary>
internal sealed class ConvolutionCore
{
    private const int MaxParts = 8;

    private readonly Patches _patches;
    private readonly WeightLayout _layout;
    private readonly int _groups;
    private readonly int[] _outputOffsets;
    private readonly int[] _patchOffsets;
    private readonly RowProduct? _rows;

    /// <param name="geometry">The window over the input.</param>
    /// <param name="weights">Shape of the weights, [outputs, channels / groups, height, width].</param>
    /// <param name="groups">Groups.</param>
    public ConvolutionCore(Geometry geometry, int[] weights, int groups)
    {
        _groups = groups;
        _patches = new Patches(geometry, groups);
        _layout = new WeightLayout(weights[0] / groups, weights[1], geometry.Taps);
        _outputOffsets = _layout.OutputOffsets();
        _patchOffsets = _layout.PatchOffsets();
        if (geometry.IsPointwise && groups == 1) _rows = new RowProduct(geometry.Channels, weights[0]);
    }

    private Geometry Geometry => _patches.Geometry;

    private int Outputs => _layout.Outputs * _groups;

    private int MapLength => Geometry.Channels * Geometry.Height * Geometry.Width;

    /// <summary>Computes y from x [images, height, width, channels].</summary>
    public void Compute(Pass pass, Block x, Block weights, Block? bias, Block y)
    {
        Block panels = Pack(pass, weights);
        Block? padded = PaddedBias(pass, bias);
        if (_rows is not null) _rows.Multiply(pass, x, pass.Batch * Geometry.Places, panels, padded, y);
        else pass.Workers.For(pass.Batch, image => ComputeImage(pass, image, x, panels, padded, y));
        pass.Pool.Release(panels);
        pass.Pool.Release(padded);
    }

    private void ComputeImage(Pass pass, int image, Block x, Block panels, Block? bias, Block y)
    {
        Block? padded = PaddedImage(pass, image, x, out ReadOnlySpan<float> map);
        Span<float> target = y.Values[(image * Geometry.Places * Outputs)..];
        int size = Panels.Size(_patches.Depth, _layout.Outputs);
        for (int g = 0; g < _groups; g++)
        {
            Product.Multiply(
                map[(g * _layout.Depth)..], _patches.Starts, _patches.Segments, _patches.Length, panels.Values[(g * size)..],
                bias is null ? default : bias.Values[(g * Panels.Padded(_layout.Outputs))..], _layout.Outputs, target[(g * _layout.Outputs)..], Outputs);
        }
        pass.Pool.Release(padded);
    }

    /// <summary>The gradient of the weights, from the input and the gradient of the output; the caller takes the block over.</summary>
    public Block WeightGradient(Pass pass, Block x, Block dy)
    {
        int size = OuterProduct.Size(_patches.Segments.Length, _patches.Length, _layout.Outputs), parts = Math.Min(MaxParts, pass.Batch);
        Block sums = _rows is not null
            ? _rows.Outer(pass, x, pass.Batch * Geometry.Places, dy)
            : PartialSums.Compute(pass, parts, _groups * size, (part, sum) =>
            {
                for (int image = pass.Batch * part / parts; image < pass.Batch * (part + 1) / parts; image++) AddImage(pass, image, x, dy, sum, size);
            });
        Block dw = pass.Pool.Rent(_groups * _layout.Length);
        for (int g = 0; g < _groups; g++) Unpack(sums.Values[(g * size)..], dw.Values[(g * _layout.Length)..]);
        pass.Pool.Release(sums);
        return dw;
    }

    private void AddImage(Pass pass, int image, Block x, Block dy, Span<float> sums, int size)
    {
        Block? padded = PaddedImage(pass, image, x, out ReadOnlySpan<float> map);
        ReadOnlySpan<float> gradient = dy.Values[(image * Geometry.Places * Outputs)..];
        for (int g = 0; g < _groups; g++)
        {
            OuterProduct.Add(
                map[(g * _layout.Depth)..], _patches.Starts, _patches.Segments, _patches.Length, gradient[(g * _layout.Outputs)..], Outputs, _layout.Outputs, sums[(g * size)..]);
        }
        pass.Pool.Release(padded);
    }

    /// <summary>An image with zeros around it: in a block of its own, or where it lies when it needs none.</summary>
    private Block? PaddedImage(Pass pass, int image, Block x, out ReadOnlySpan<float> map)
    {
        map = x.Values[(image * MapLength)..];
        if (!Geometry.IsPadded) return null;
        Block padded = pass.Pool.Rent(Geometry.PaddedLength);
        Geometry.Pad(map, padded.Values);
        map = padded.Values;
        return padded;
    }

    private Block Pack(Pass pass, Block weights)
    {
        int size = Panels.Size(_patches.Depth, _layout.Outputs);
        Block panels = pass.Pool.Rent(_groups * size);
        for (int g = 0; g < _groups; g++) Panels.Pack(weights.Values[(g * _layout.Length)..], _patchOffsets, _outputOffsets, panels.Values.Slice(g * size, size));
        return panels;
    }

    private Block? PaddedBias(Pass pass, Block? bias)
    {
        if (bias is null) return null;
        int padded = Panels.Padded(_layout.Outputs);
        Block block = pass.Pool.Rent(_groups * padded);
        for (int g = 0; g < _groups; g++)
        {
            Span<float> target = block.Values.Slice(g * padded, padded);
            bias.Values.Slice(g * _layout.Outputs, _layout.Outputs).CopyTo(target);
            target[_layout.Outputs..].Clear();
        }
        return block;
    }

    private void Unpack(ReadOnlySpan<float> sums, Span<float> dw)
    {
        int padded = Panels.Padded(_layout.Outputs), rows = OuterProduct.PaddedRows(_patches.Length);
        for (int k = 0; k < _patchOffsets.Length; k++)
        {
            ReadOnlySpan<float> row = sums.Slice((k / _patches.Length * rows + k % _patches.Length) * padded, _layout.Outputs);
            int offset = _patchOffsets[k];
            for (int m = 0; m < row.Length; m++) dw[offset + _outputOffsets[m]] = row[m];
        }
    }
}
