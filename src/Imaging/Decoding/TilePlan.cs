namespace EdgeKit.Imaging.Decoding;

/// <summary>An area of a picture; a box belongs to the one that its centre lies in. Edges belong to the area right of and below them.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Bottom">Bottom edge.</param>
public readonly record struct TileArea(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Whether a point lies in it.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    public bool Has(float x, float y) => x >= Left && x < Right && y >= Top && y < Bottom;
}

/// <summary>A tile of a picture.</summary>
/// <param name="X">Its left column in the picture.</param>
/// <param name="Y">Its top row.</param>
/// <param name="Own">The area whose boxes are this tile's.</param>
public readonly record struct Tile(int X, int Y, TileArea Own);

/// <summary>
/// How a picture larger than a model's input is cut into overlapping tiles of the input's size. Each tile's own area ends at least the halo before its edges, but for the picture's edges,
/// and own areas cover the picture without overlap. A fully convolutional detector with padding of zeros finds tile by tile what it would find in the whole picture, to the rounding of
/// coordinates, where the halo is at least the radius of what a cell sees and the farthest that a box's centre lies from its cell, together; where tiles begin at multiples of the detector's
/// largest stride, so that its cells lie where they would; and where the whole picture's sides are such multiples. Within the halo a cell sees the edge of a tile instead of the picture, but
/// such a cell's boxes are centred within the halo too, where another tile has the say.
/// </summary>
public sealed class TilePlan
{
    private readonly Tile[] _tiles;

    /// <summary>Plans tiles.</summary>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="tileWidth">Width of a tile: the model's input.</param>
    /// <param name="tileHeight">Height of a tile.</param>
    /// <param name="halo">Pixels between a tile's own area and those of its edges that are not the picture's.</param>
    /// <param name="align">What tiles begin at multiples of: the detector's largest stride.</param>
    /// <exception cref="ImageException">The halo leaves nothing of a tile.</exception>
    public TilePlan(int width, int height, int tileWidth, int tileHeight, int halo, int align)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(halo);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(align);
        (Width, Height) = (width, height);
        (int At, float From, float To)[] columns = Axis(width, tileWidth, halo, align), rows = Axis(height, tileHeight, halo, align);
        _tiles = new Tile[columns.Length * rows.Length];
        for (int i = 0; i < _tiles.Length; i++)
        {
            (int x, float left, float right) = columns[i % columns.Length];
            (int y, float top, float bottom) = rows[i / columns.Length];
            _tiles[i] = new Tile(x, y, new TileArea(left, top, right, bottom));
        }
    }

    /// <summary>Width of the picture.</summary>
    public int Width { get; }

    /// <summary>Height of the picture.</summary>
    public int Height { get; }

    /// <summary>The tiles, row after row. Where a side is no multiple of the alignment, or less than a tile, the last tile reaches over the picture's edge.</summary>
    public IReadOnlyList<Tile> Tiles => _tiles;

    private static (int At, float From, float To)[] Axis(int size, int tile, int halo, int align)
    {
        int step = (tile - (2 * halo)) / align * align;
        if (size > tile && step < align) throw new ImageException($"a halo of {halo} pixels leaves nothing of tiles of {tile}: 2 x {halo} + {align} must fit");
        var starts = new List<int> { 0 };
        int last = Math.Max(size - tile + align - 1, 0) / align * align;
        while (starts[^1] < last) starts.Add(Math.Min(starts[^1] + step, last));
        var axis = new (int At, float From, float To)[starts.Count];
        float from = float.NegativeInfinity;
        for (int i = 0; i < axis.Length; i++)
        {
            // The middle of what two tiles share.
            float to = i + 1 < axis.Length ? (starts[i] + tile + starts[i + 1]) / 2 : float.PositiveInfinity;
            axis[i] = (starts[i], from, to);
            from = to;
        }
        return axis;
    }
}
