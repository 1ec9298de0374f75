namespace EdgeKit.Imaging.Decoding;

/// <summary>One grid of a detector with several.</summary>
/// <param name="Stride">Pixels of the input for a cell.</param>
/// <param name="Columns">Cells in a row.</param>
/// <param name="First">Number of its first position among all.</param>
/// <param name="Scores">Scores of classes.</param>
/// <param name="Boxes">Numbers of boxes.</param>
internal readonly record struct Level(int Stride, int Columns, int First, HeadView Scores, HeadView Boxes)
{
    /// <summary>Where a position's cell lies.</summary>
    public static Cell CellOf(Level[] levels, int position)
    {
        int l = levels.Length - 1;
        while (levels[l].First > position) l--;
        int i = position - levels[l].First;
        return new Cell(l, i % levels[l].Columns * levels[l].Stride, i / levels[l].Columns * levels[l].Stride, 0);
    }

    /// <summary>The level of a position among all.</summary>
    public static ref readonly Level Of(Level[] levels, int position)
    {
        int i = levels.Length - 1;
        while (levels[i].First > position) i--;
        return ref levels[i];
    }
}
