using EdgeKit.Onnx;

namespace EdgeKit.Training.Operators.Convolution;

/// <summary>A window of <paramref name="KernelHeight"/> by <paramref name="KernelWidth"/> taps that goes over a map with channels innermost.</summary>
/// <param name="Channels">Channels of the map.</param>
/// <param name="Height">Rows of the map.</param>
/// <param name="Width">Columns of the map.</param>
/// <param name="OutputHeight">Places of the window, downwards.</param>
/// <param name="OutputWidth">Places of the window, to the right.</param>
/// <param name="KernelHeight">Taps, downwards.</param>
/// <param name="KernelWidth">Taps, to the right.</param>
/// <param name="StrideHeight">Rows from one place to the next.</param>
/// <param name="StrideWidth">Columns from one place to the next.</param>
/// <param name="DilationHeight">Rows from one tap to the next.</param>
/// <param name="DilationWidth">Columns from one tap to the next.</param>
/// <param name="Top">Rows of zeros above.</param>
/// <param name="Left">Columns of zeros to the left.</param>
internal sealed record Geometry(
    int Channels, int Height, int Width, int OutputHeight, int OutputWidth, int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth, int Top, int Left)
{
    /// <summary>Taps of the window.</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Places of the window.</summary>
    public int Places => OutputHeight * OutputWidth;

    /// <summary>Rows that the windows see, zeros around the map included.</summary>
    public int PaddedHeight => Math.Max(Height + Top, (OutputHeight - 1) * StrideHeight + (KernelHeight - 1) * DilationHeight + 1);

    /// <summary>Columns that the windows see.</summary>
    public int PaddedWidth => Math.Max(Width + Left, (OutputWidth - 1) * StrideWidth + (KernelWidth - 1) * DilationWidth + 1);

    /// <summary>Elements of a map with the zeros around it.</summary>
    public int PaddedLength => PaddedHeight * PaddedWidth * Channels;

    /// <summary>Whether there are zeros around the map.</summary>
    public bool IsPadded => PaddedHeight != Height || PaddedWidth != Width;

    /// <summary>Whether every place sees the one pixel under it.</summary>
    public bool IsPointwise => Taps == 1 && StrideHeight == 1 && StrideWidth == 1 && !IsPadded;

    /// <summary>The window of a convolution or pooling node whose attributes are explicit.</summary>
    public static Geometry Of(Node node, int[] input, int[] output, int kernelHeight, int kernelWidth)
    {
        int[] strides = node.Attributes.Ints("strides") ?? [1, 1], dilations = node.Attributes.Ints("dilations") ?? [1, 1], pads = node.Attributes.Ints("pads") ?? [0, 0, 0, 0];
        return new Geometry(
            input[1], input[2], input[3], output[2], output[3], kernelHeight, kernelWidth, strides[0], strides[1], dilations[0], dilations[1], pads[0], pads[1]);
    }

    /// <summary>Where each place's window begins in the padded map.</summary>
    public int[] Starts()
    {
        int[] starts = new int[Places];
        for (int i = 0; i < starts.Length; i++)
            starts[i] = (i / OutputWidth * StrideHeight * PaddedWidth + i % OutputWidth * StrideWidth) * Channels;
        return starts;
    }

    /// <summary>Where each tap lies in a window: row by row.</summary>
    public int[] TapOffsets()
    {
        int[] offsets = new int[Taps];
        for (int i = 0; i < offsets.Length; i++)
            offsets[i] = (i / KernelWidth * DilationHeight * PaddedWidth + i % KernelWidth * DilationWidth) * Channels;
        return offsets;
    }

    /// <summary>Copies a map into one with zeros around it.</summary>
    public void Pad(ReadOnlySpan<float> map, Span<float> padded)
    {
        int row = PaddedWidth * Channels, inside = Width * Channels, left = Left * Channels;
        padded[..(Top * row)].Clear();
        for (int y = 0; y < Height; y++)
        {
            Span<float> target = padded.Slice((Top + y) * row, row);
            target[..left].Clear();
            map.Slice(y * inside, inside).CopyTo(target[left..]);
            target[(left + inside)..].Clear();
        }
        padded[((Top + Height) * row)..PaddedLength].Clear();
    }

    /// <summary>Copies a map out of one with a border.</summary>
    public void Crop(ReadOnlySpan<float> padded, Span<float> map)
    {
        int row = PaddedWidth * Channels, inside = Width * Channels;
        for (int y = 0; y < Height; y++) padded.Slice((Top + y) * row + Left * Channels, inside).CopyTo(map[(y * inside)..]);
    }
}
