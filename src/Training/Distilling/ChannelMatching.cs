namespace EdgeKit.Training.Distilling;

/// <summary>
/// Finds which channels of a teacher the channels of its pruned student are, by what both compute on the same pictures: channels keep their order when others
/// are removed, so it is the ascending choice with the largest sum of correlations (by dynamic programming).
/// </summary>
public static class ChannelMatching
{
    /// <summary>The teacher's channel for each channel of the student.</summary>
    /// <param name="student">images x channels x area.</param>
    /// <param name="channels">Channels of the student.</param>
    /// <param name="teacher">images x channels x area.</param>
    /// <param name="teacherChannels">Channels of the teacher, not fewer.</param>
    /// <param name="area">Positions of a channel in one image.</param>
    public static int[] Find(ReadOnlySpan<float> student, int channels, ReadOnlySpan<float> teacher, int teacherChannels, int area)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, teacherChannels);
        if (channels == teacherChannels) return [.. Enumerable.Range(0, channels)];
        float[][] rows = Rows(student, channels, area), teacherRows = Rows(teacher, teacherChannels, area);
        // best[s, t]: the largest sum for the first s channels of the student among the first t of the teacher.
        double[,] best = new double[channels + 1, teacherChannels + 1];
        for (int s = 1; s <= channels; s++)
        {
            for (int t = 0; t <= teacherChannels; t++)
                best[s, t] = t < s ? double.NegativeInfinity : Math.Max(best[s, t - 1], best[s - 1, t - 1] + Product(rows[s - 1], teacherRows[t - 1]));
        }
        int[] match = new int[channels];
        for (int s = channels, t = teacherChannels; s > 0; t--)
        {
            if (best[s, t] == best[s, t - 1]) continue;
            match[--s] = t - 1;
        }
        return match;
    }

    /// <summary>Each channel's values over all images, with mean 0 and length 1.</summary>
    private static float[][] Rows(ReadOnlySpan<float> data, int channels, int area)
    {
        int images = data.Length / (channels * area);
        var rows = new float[channels][];
        for (int c = 0; c < channels; c++)
        {
            float[] row = rows[c] = new float[images * area];
            for (int i = 0; i < images; i++) data.Slice((i * channels + c) * area, area).CopyTo(row.AsSpan(i * area));
            double mean = 0, square = 0;
            foreach (float v in row) mean += v / (double)row.Length;
            foreach (float v in row) square += (v - mean) * (v - mean);
            double scale = square > 0 ? 1 / Math.Sqrt(square) : 0;
            for (int k = 0; k < row.Length; k++) row[k] = (float)((row[k] - mean) * scale);
        }
        return rows;
    }

    private static double Product(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
