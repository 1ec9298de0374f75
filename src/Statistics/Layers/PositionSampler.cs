namespace EdgeKit.Statistics;

/// <summary>Picks output positions: neighbours tell much the same, so some of them stand for all.</summary>
public static class PositionSampler
{
    /// <summary>Positions of one picture, ascending: one at random in each of <paramref name="count"/> equal parts, always the same for the same picture; all where there are no more.</summary>
    /// <param name="picture">Number of the picture.</param>
    /// <param name="positions">How many there are.</param>
    /// <param name="count">How many are wanted.</param>
    public static int[] Of(int picture, int positions, int count)
    {
        if (positions <= count) return [.. Enumerable.Range(0, positions)];
        var random = new Random(picture);
        var picked = new int[count];
        for (int k = 0; k < count; k++)
        {
            int first = (int)((long)k * positions / count), end = (int)((k + 1L) * positions / count);
            picked[k] = random.Next(first, end);
        }
        return picked;
    }
}
