namespace EdgeKit.Imaging.Decoding;

/// <summary>Where the cell of a position lies, which says what comes first in a whole picture: levels, rows of each, columns, then parts of a cell.</summary>
/// <param name="Level">Number of its grid.</param>
/// <param name="X">A column of the input that grows with the cell's.</param>
/// <param name="Y">The same of rows.</param>
/// <param name="Part">Number among the positions of the cell.</param>
internal readonly record struct Cell(int Level, int X, int Y, int Part)
{
    private const int PartBits = 12, SideBits = 20;

    /// <summary>A number that grows in that order, of the cell of a tile at (x, y).</summary>
    public long OrderAt(int x, int y) => ((((((long)Level << SideBits) + Y + y) << SideBits) + X + x) << PartBits) + Part;
}
