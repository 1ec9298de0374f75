namespace EdgeKit.Training.Operators.Convolution;

/// <summary>
/// The patches under a window's places as rows for <see cref="Products.Product"/>: not copies, but starts and segments in a padded map. A patch is ordered by
/// tap, then channel.
/// </summary>
internal sealed class Patches
{
    public Patches(Geometry geometry, int groups)
    {
        Geometry = geometry;
        Starts = geometry.Starts();
        int channels = geometry.Channels / groups;
        int[] taps = geometry.TapOffsets();
        // The taps of a row lie one behind the other.
        bool whole = groups == 1 && geometry.DilationWidth == 1;
        Segments = whole ? [.. taps.Where((_, i) => i % geometry.KernelWidth == 0)] : taps;
        Length = whole ? geometry.KernelWidth * channels : channels;
    }

    /// <summary>The window.</summary>
    public Geometry Geometry { get; }

    /// <summary>Start of each patch.</summary>
    public int[] Starts { get; }

    /// <summary>Offsets of a patch's segments.</summary>
    public int[] Segments { get; }

    /// <summary>Elements of a segment.</summary>
    public int Length { get; }

    /// <summary>Elements of a patch.</summary>
    public int Depth => Segments.Length * Length;
}
