namespace EdgeKit.Cli.Comparing;

/// <summary>
/// The paired test of two shares (McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947) in its exact
/// form: where two models are equally good, each picture that only one of them gets right is as likely to be one's as the other's.
/// </summary>
internal static class McNemar
{
    /// <summary>The two-sided p-value: twice the probability of at most min(b, c) heads in b + c throws of a fair coin, at most 1.</summary>
    /// <param name="onlyFirst">b: cases that only the first gets right.</param>
    /// <param name="onlySecond">c: cases that only the second gets right.</param>
    public static double PValue(int onlyFirst, int onlySecond)
    {
        int throws = onlyFirst + onlySecond;
        // The logarithm of C(throws, heads) / 2^throws: the numbers themselves leave the range of double from about 1,000 throws on.
        double log = -throws * Math.Log(2), tail = 0;
        for (int heads = 0; heads <= Math.Min(onlyFirst, onlySecond); heads++)
        {
            tail += Math.Exp(log);
            log += Math.Log((double)(throws - heads) / (heads + 1));
        }
        return Math.Min(1, 2 * tail);
    }
}
