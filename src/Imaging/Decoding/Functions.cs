namespace EdgeKit.Imaging.Decoding;

/// <summary>The functions that networks leave to their decoders.</summary>
internal static class Functions
{
    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>The index of the largest channel of a position; of equal ones the first.</summary>
    public static int Best(in HeadView head, int position, int from = 0)
    {
        int best = from;
        float value = head[position, from];
        for (int c = from + 1; c < head.Channels; c++)
        {
            if (!(head[position, c] > value)) continue;
            value = head[position, c];
            best = c;
        }
        return best;
    }

    /// <summary>The probability of one channel of a position among all, from logits.</summary>
    public static float Softmax(in HeadView head, int position, int channel)
    {
        float own = head[position, channel], sum = 0;
        for (int c = 0; c < head.Channels; c++) sum += MathF.Exp(head[position, c] - own);
        return 1 / sum;
    }

    /// <summary>The mean of 0, 1, ..., <paramref name="bins"/> - 1 under the distribution whose logits are the channels from <paramref name="first"/> on.</summary>
    public static float Expectation(in HeadView head, int position, int first, int bins)
    {
        float largest = float.NegativeInfinity;
        for (int i = 0; i < bins; i++) largest = MathF.Max(largest, head[position, first + i]);
        float sum = 0, weighted = 0;
        for (int i = 0; i < bins; i++)
        {
            float weight = MathF.Exp(head[position, first + i] - largest);
            sum += weight;
            weighted += weight * i;
        }
        return weighted / sum;
    }
}
