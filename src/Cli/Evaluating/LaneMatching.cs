using System.Numerics;

namespace EdgeKit.Cli.Evaluating;

/// <summary>
/// F1 of lane lines by row anchors, as TuSimple's benchmark counts: every ten pixels of height (in a picture 1280 wide) that a true line crosses, a found line is right where it
/// is less than 20 pixels away, measured across the true line; a found line matches when it is right in at least 85 % of the true line's rows. Pairs are made best first, each line once. True lines
/// of fewer than five rows do not count, nor those the caller leaves out, nor do lines found that match one of those.
/// </summary>
internal sealed class LaneMatching
{
    /// <summary>The definition for those who read the figures.</summary>
    public const string Definition =
        "F1 of lane lines: at row anchors every 10 px of a picture 1280 px wide, a found line is right where it lies less than 20 px from the true one, measured across "
        + "the straight line that fits the true one best; "
        + "it matches when it is right at 85 % of the true line's rows or more (TuSimple), each line once; true lines of fewer than 5 rows do not count; F1 = 2 TP / (2 TP + FP + FN). "
        + "f1 counts the four lines that bound the own lane and the lanes beside it (CULane), and a line found that matches another true line is neither right nor wrong; "
        + "f1_all counts every line of the own carriageway";

    private const float Width = 1280, RowStep = 10, Distance = 20, RightRows = 0.85f;
    private const int FewestRows = 5;

    /// <summary>Found lines that match.</summary>
    public int Right { get; private set; }

    /// <summary>Found lines that match none.</summary>
    public int Wrong { get; private set; }

    /// <summary>True lines that were not found.</summary>
    public int Missed { get; private set; }

    /// <summary>Pictures so far.</summary>
    public int Pictures { get; private set; }

    public double Precision => Right + Wrong == 0 ? 0 : (double)Right / (Right + Wrong);

    public double Recall => Right + Missed == 0 ? 0 : (double)Right / (Right + Missed);

    public double F1 => Right + Wrong + Missed == 0 ? 0 : 2.0 * Right / (2.0 * Right + Wrong + Missed);

    /// <summary>Adds a picture.</summary>
    /// <param name="truths">The true lines, points in pixels.</param>
    /// <param name="found">The found lines, points in pixels.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="counted">For each true line whether it counts; null where all do.</param>
    public void Add(IReadOnlyList<Vector2[]> truths, IReadOnlyList<Vector2[]> found, int width, int height, IReadOnlyList<bool>? counted = null)
    {
        Pictures++;
        float scale = Width / width;
        int rows = (int)(height * scale / RowStep);
        float?[][] expected = [.. truths.Select(t => Columns(t, rows, scale))], actual = [.. found.Select(f => Columns(f, rows, scale))];
        float[] reach = [.. expected.Select(static e => Distance * MathF.Sqrt(1 + Slope(e) * Slope(e)))];
        bool[] counts = [.. expected.Select((e, t) => e.Count(static x => x is not null) >= FewestRows && (counted is null || counted[t]))];
        var pairs = new List<(int Truth, int Found, double Share)>();
        for (int t = 0; t < truths.Count; t++)
            for (int f = 0; f < found.Count; f++)
                if (Share(expected[t], actual[f], reach[t]) is var share && share >= RightRows) pairs.Add((t, f, share));
        var takenTruths = new HashSet<int>();
        var takenFound = new HashSet<int>();
        foreach ((int t, int f, _) in pairs.OrderByDescending(p => counts[p.Truth]).ThenByDescending(static p => p.Share))
        {
            if (takenTruths.Contains(t) || takenFound.Contains(f)) continue;
            takenTruths.Add(t);
            takenFound.Add(f);
        }
        Right += takenTruths.Count(t => counts[t]);
        Missed += Enumerable.Range(0, truths.Count).Count(t => counts[t] && !takenTruths.Contains(t));
        Wrong += found.Count - takenFound.Count;
    }

    private static double Share(float?[] expected, float?[] actual, float reach)
    {
        int all = 0, right = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] is not { } x) continue;
            all++;
            if (actual[i] is { } y && MathF.Abs(x - y) < reach) right++;
        }
        return all == 0 ? 0 : (double)right / all;
    }

    /// <summary>Columns for each row of the straight line that fits best (least squares).</summary>
    private static float Slope(float?[] columns)
    {
        (int Row, float Column)[] points = [.. columns.Select(static (x, row) => (row, x)).Where(static p => p.x is not null).Select(static p => (p.row, p.x!.Value))];
        if (points.Length < 2) return 0;
        double row = points.Average(static p => p.Row), column = points.Average(static p => p.Column);
        return (float)(points.Sum(p => (p.Row - row) * (p.Column - column)) / points.Sum(p => (p.Row - row) * (p.Row - row)) / RowStep);
    }

    /// <summary>Where a line crosses the middle of each row, scaled and within the picture; of several crossings the first along the line.</summary>
    private static float?[] Columns(Vector2[] line, int rows, float scale)
    {
        float?[] columns = new float?[rows];
        for (int row = 0; row < rows; row++)
        {
            float y = (row + 0.5f) * RowStep / scale;
            for (int i = 1; i < line.Length; i++)
            {
                Vector2 a = line[i - 1], b = line[i];
                if (!(MathF.Min(a.Y, b.Y) <= y) || !(MathF.Max(a.Y, b.Y) >= y)) continue;
                float x = (a.Y == b.Y ? a.X : a.X + (b.X - a.X) * (y - a.Y) / (b.Y - a.Y)) * scale;
                if (x is >= 0 and < Width) columns[row] = x;
                break;
            }
        }
        return columns;
    }
}
