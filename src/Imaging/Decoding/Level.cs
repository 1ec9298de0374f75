namespace EdgeKit.Imaging.Decoding;

/// <summary>One grid of a detector with several.</summary>
/// <param name="Stride">Pixels of the input for a cell.</param>
/// <param name="Columns">Cells in a row.</param>
/// <param name="First">Number of its first position among all.</param>
/// <param name="Scores">Scores of classes.</param>
/// <param name="Boxes">Numbers of boxes.</param>
internal readonly record struct Level(int Stride, int Columns, int First, HeadView Scores, HeadView Boxes)
{
    /// <summary>The level of a position among all.</summary>
    public static ref readonly Level Of(Level[] levels, int position)
    {
        int i = levels.Length - 1;
        while (levels[i].First > position) i--;
        return ref levels[i];
    }
}
