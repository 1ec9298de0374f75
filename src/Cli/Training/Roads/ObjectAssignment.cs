using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>A grid of positions, each in the middle of a cell.</summary>
/// <param name="Stride">Pixels of a cell.</param>
/// <param name="Columns">Cells in a row.</param>
/// <param name="Rows">Rows of cells.</param>
/// <param name="First">Number of its first position among those of all levels.</param>
internal readonly record struct ObjectLevel(int Stride, int Columns, int Rows, int First)
{
    public int Positions => Columns * Rows;
}

/// <summary>
/// Says which positions should find which object. An object belongs to the level of its size, and there to the positions near its centre and within it (Tian et al.,
/// "FCOS", 2019, with centre sampling). Where objects meet, the smaller one takes first, and one that is left with nothing takes the nearest position that is free.
/// </summary>
internal sealed class ObjectAssignment
{
    /// <summary>Numbers of a position: its mark and, where an object is, the distances to left, top, right and bottom in strides.</summary>
    public const int Fields = 5;

    /// <summary>Marks of positions; an object's mark is its kind.</summary>
    public const float Nothing = -1, Ignored = -2;

    // In strides: the longest side of a level's objects, and how far from the centre positions still count.
    private const float LongestSide = 6, Reach = 1.5f;

    // Of objects that are not asked for: shares, and pixels of the sample.
    private const float LeastVisible = 0.35f, LeastHeight = 4, LeastWidth = 2.5f;

    public ObjectAssignment(int width, int height, IReadOnlyList<int> strides)
    {
        var levels = new ObjectLevel[strides.Count];
        for (int l = 0; l < levels.Length; l++)
        {
            levels[l] = new ObjectLevel(strides[l], width / strides[l], height / strides[l], Positions);
            Positions += levels[l].Positions;
        }
        Levels = levels;
    }

    /// <summary>From fine to coarse.</summary>
    public IReadOnlyList<ObjectLevel> Levels { get; }

    /// <summary>Positions of all levels.</summary>
    public int Positions { get; }

    /// <summary>Whether an object is too small or too well hidden to be asked for.</summary>
    public static bool IsDifficult(SceneObject o) =>
        o.Visible < LeastVisible || o.Inside < LeastVisible || o.Bottom - o.Top < LeastHeight || o.Right - o.Left < LeastWidth;

    /// <summary>Writes <see cref="Fields"/> numbers for each position.</summary>
    public void Encode(IReadOnlyList<SceneObject> objects, Span<float> target)
    {
        target.Clear();
        for (int i = 0; i < Positions; i++) target[i * Fields] = Nothing;
        foreach (SceneObject o in objects.Where(IsDifficult)) Ignore(o, target);
        foreach (SceneObject o in objects.Where(static o => !IsDifficult(o)).OrderBy(static o => (o.Right - o.Left) * (o.Bottom - o.Top))) Take(o, target);
    }

    private ObjectLevel LevelOf(SceneObject o)
    {
        float side = MathF.Max(o.Right - o.Left, o.Bottom - o.Top);
        return Levels.FirstOrDefault(l => side <= LongestSide * l.Stride, Levels[^1]);
    }

    private void Ignore(SceneObject o, Span<float> target)
    {
        foreach (ObjectLevel level in Levels)
            foreach (Position p in Around(level, o.Left, o.Top, o.Right, o.Bottom)) target[p.Index * Fields] = Ignored;
        if (Nearest(LevelOf(o), o, target) is { } nearest) target[nearest.Index * Fields] = Ignored;
    }

    private void Take(SceneObject o, Span<float> target)
    {
        ObjectLevel level = LevelOf(o);
        float x = (o.Left + o.Right) / 2, y = (o.Top + o.Bottom) / 2, reach = Reach * level.Stride;
        bool found = false;
        foreach (Position p in Around(level, MathF.Max(o.Left, x - reach), MathF.Max(o.Top, y - reach), MathF.Min(o.Right, x + reach), MathF.Min(o.Bottom, y + reach)))
        {
            if (!IsFree(p, target)) continue;
            Write(level, p, o, target);
            found = true;
        }
        if (!found && Nearest(level, o, target) is { } nearest) Write(level, nearest, o, target);
    }

    /// <summary>The free position nearest to an object's centre, within reach.</summary>
    private static Position? Nearest(ObjectLevel level, SceneObject o, ReadOnlySpan<float> target)
    {
        float x = (o.Left + o.Right) / 2, y = (o.Top + o.Bottom) / 2, reach = Reach * level.Stride, least = float.PositiveInfinity;
        Position? best = null;
        foreach (Position p in Around(level, x - reach, y - reach, x + reach, y + reach))
        {
            float square = (p.X - x) * (p.X - x) + (p.Y - y) * (p.Y - y);
            if (square < least && IsFree(p, target)) (best, least) = (p, square);
        }
        return best;
    }

    private static bool IsFree(Position p, ReadOnlySpan<float> target) => target[p.Index * Fields] < 0;

    private static void Write(ObjectLevel level, Position p, SceneObject o, Span<float> target)
    {
        Span<float> fields = target.Slice(p.Index * Fields, Fields);
        fields[0] = (float)o.Kind;
        fields[1] = (p.X - o.Left) / level.Stride;
        fields[2] = (p.Y - o.Top) / level.Stride;
        fields[3] = (o.Right - p.X) / level.Stride;
        fields[4] = (o.Bottom - p.Y) / level.Stride;
    }

    /// <summary>The positions of a level within a rectangle.</summary>
    private static IEnumerable<Position> Around(ObjectLevel level, float left, float top, float right, float bottom)
    {
        (int firstColumn, int lastColumn) = Cells(left, right, level.Stride, level.Columns);
        (int firstRow, int lastRow) = Cells(top, bottom, level.Stride, level.Rows);
        for (int row = firstRow; row <= lastRow; row++)
            for (int column = firstColumn; column <= lastColumn; column++)
                yield return new Position(level.First + row * level.Columns + column, (column + 0.5f) * level.Stride, (row + 0.5f) * level.Stride);
    }

    private static (int First, int Last) Cells(float from, float to, int stride, int count) =>
        (Math.Max(0, (int)MathF.Ceiling(from / stride - 0.5f)), Math.Min(count - 1, (int)MathF.Floor(to / stride - 0.5f)));

    private readonly record struct Position(int Index, float X, float Y);
}
