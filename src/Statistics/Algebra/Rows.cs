namespace EdgeKit.Statistics;

/// <summary>Loops over independent rows: what a row computes never depends on which thread does it.</summary>
internal static class Rows
{
    /// <summary>Calls <paramref name="body"/> for every row, on several threads where there are at least <paramref name="parallelFrom"/>.</summary>
    public static void ForEach(int first, int end, int parallelFrom, Action<int> body)
    {
        if (end - first >= parallelFrom) Parallel.For(first, end, body);
        else for (int i = first; i < end; i++) body(i);
    }
}
