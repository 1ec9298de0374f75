namespace EdgeKit.Pruning.Widths;

/// <summary>The cheapest perfect matching of a small square cost matrix, by dynamic programming over sets of columns.</summary>
internal static class CellMatching
{
    /// <summary>Largest number of rows: work and memory grow with 2 to its power.</summary>
    public const int MaxParts = 12;

    /// <summary>The column of every row. At least one matching must have a finite cost.</summary>
    public static int[] Cheapest(int parts, Func<int, int, double> cost)
    {
        double[] best = new double[1 << parts];
        int[] last = new int[1 << parts];
        Array.Fill(best, double.PositiveInfinity);
        best[0] = 0;
        for (int set = 1; set < best.Length; set++)
        {
            int row = int.PopCount(set) - 1;
            for (int c = 0; c < parts; c++)
            {
                if ((set >> c & 1) == 0) continue;
                double total = best[set & ~(1 << c)] + cost(row, c);
                if (total < best[set]) (best[set], last[set]) = (total, c);
            }
        }
        int[] columns = new int[parts];
        for (int row = parts - 1, set = best.Length - 1; row >= 0; row--)
        {
            columns[row] = last[set];
            set &= ~(1 << last[set]);
        }
        return columns;
    }
}
