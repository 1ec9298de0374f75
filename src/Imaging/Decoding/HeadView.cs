namespace EdgeKit.Imaging.Decoding;

/// <summary>An output, or some channels of it, seen as a table of positions (cells, priors) by channels, whichever of the two is innermost in memory.</summary>
internal readonly record struct HeadView(float[] Values, int Start, int Positions, int Channels, int PositionStride, int ChannelStride)
{
    /// <summary>A value.</summary>
    public float this[int position, int channel] => Values[Start + position * PositionStride + channel * ChannelStride];

    /// <summary>Some of the channels.</summary>
    public HeadView ChannelsFrom(int first, int count) => this with { Start = Start + first * ChannelStride, Channels = count };

    /// <summary>Some of the positions.</summary>
    public HeadView PositionsFrom(int first, int count) => this with { Start = Start + first * PositionStride, Positions = count };

    /// <summary>
    /// Sees [1,C,H,W], [1,H,W,C], [1,N,C], [1,C,N] or [N,C] as a table of <paramref name="positions"/> (H x W or N) by C; null where it is none of these. Where both orders
    /// fit, the first named counts. With a <paramref name="grid"/> H and W must be its sides: [1,4,36,64] is 36 x 64 positions, and might be 4 x 36 of 64 channels.
    /// </summary>
    public static HeadView? Of(float[] values, IReadOnlyList<int> dims, int positions, (int Columns, int Rows)? grid = null)
    {
        int[] d = [.. dims];
        if (d.Length >= 3)
        {
            if (d[0] != 1) return null;
            d = d[1..];
        }
        return d switch
        {
            [int c, int h, int w] when Fits(h, w) => new HeadView(values, 0, positions, c, 1, positions),
            [int h, int w, int c] when Fits(h, w) => new HeadView(values, 0, positions, c, c, 1),
            [int n, int c] when n == positions => new HeadView(values, 0, positions, c, c, 1),
            [int c, int n] when n == positions => new HeadView(values, 0, positions, c, 1, positions),
            _ => null,
        };

        bool Fits(int h, int w) => grid is { } g ? h == g.Rows && w == g.Columns : (long)h * w == positions;
    }
}
