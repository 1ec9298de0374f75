using EdgeKit.Training.Operators.Convolution;

namespace EdgeKit.Training.Operators.Pooling;

/// <summary>The pixels under each place of a pooling window, those in the padding left out.</summary>
internal sealed class PoolWindows
{
    private readonly int[] _pixels;
    private readonly int[] _ends;

    public PoolWindows(Geometry g)
    {
        var pixels = new List<int>();
        _ends = new int[g.Places + 1];
        for (int p = 0; p < g.Places; p++)
        {
            for (int t = 0; t < g.Taps; t++)
            {
                int y = p / g.OutputWidth * g.StrideHeight - g.Top + t / g.KernelWidth * g.DilationHeight;
                int x = p % g.OutputWidth * g.StrideWidth - g.Left + t % g.KernelWidth * g.DilationWidth;
                if (y >= 0 && y < g.Height && x >= 0 && x < g.Width) pixels.Add((y * g.Width + x) * g.Channels);
            }
            _ends[p + 1] = pixels.Count;
        }
        _pixels = [.. pixels];
    }

    /// <summary>Offsets of the pixels under place <paramref name="p"/>, row by row.</summary>
    public ReadOnlySpan<int> Of(int p) => _pixels.AsSpan(_ends[p].._ends[p + 1]);
}
