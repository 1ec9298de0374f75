namespace EdgeKit.Compiler.Passes;

/// <summary>Lists of places in a pixel.</summary>
internal static class ChannelPositions
{
    /// <summary>Whether the places are those of a view: without gaps, and ascending where <paramref name="inOrder"/>.</summary>
    public static bool AreNeighbours(int[] positions, bool inOrder)
    {
        int first = positions.Min();
        if (inOrder) return IsNatural(Array.ConvertAll(positions, p => p - first));
        var seen = new HashSet<int>(positions);
        return seen.Count == positions.Length && positions.Max() - first == positions.Length - 1;
    }

    /// <summary>Whether place i is i.</summary>
    public static bool IsNatural(int[] positions)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            if (positions[i] != i) return false;
        }
        return true;
    }
}
