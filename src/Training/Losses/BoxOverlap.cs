namespace EdgeKit.Training.Losses;

/// <summary>
/// 1 - IoU, or 1 - GIoU (Rezatofighi et al., "Generalized Intersection over Union", 2019, algorithm 1), of boxes (left, top, right, bottom) with right ≥ left
/// and bottom ≥ top: the sum over boxes, each with a weight, divided by a normaliser.
/// </summary>
public static class BoxOverlap
{
    private const double Least = 1e-9;

    /// <summary>Evaluates the loss and adds weight times its derivative by the predicted corners to <paramref name="gradient"/>.</summary>
    /// <param name="predicted">boxes x 4.</param>
    /// <param name="targets">boxes x 4.</param>
    /// <param name="weights">One for each box; empty for 1.</param>
    /// <param name="normaliser">What the sum is divided by.</param>
    /// <param name="generalized">Whether boxes that do not touch are pulled together (GIoU).</param>
    /// <param name="gradient">boxes x 4.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted by <paramref name="weight"/>.</returns>
    public static double Evaluate(ReadOnlySpan<float> predicted, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, double normaliser, bool generalized, Span<float> gradient, float weight = 1)
    {
        double loss = 0;
        Span<double> slopes = stackalloc double[4];
        for (int b = 0; b < predicted.Length / 4; b++)
        {
            double share = (weights.IsEmpty ? 1 : weights[b]) / normaliser;
            loss += share * One(predicted.Slice(4 * b, 4), targets.Slice(4 * b, 4), generalized, slopes);
            for (int k = 0; k < 4; k++) gradient[4 * b + k] += (float)(weight * share * slopes[k]);
        }
        return loss;
    }

    private static double One(ReadOnlySpan<float> p, ReadOnlySpan<float> t, bool generalized, Span<double> slopes)
    {
        (double width, double height) = ((double)p[2] - p[0], (double)p[3] - p[1]);
        double overlapX = Math.Min(p[2], t[2]) - (double)Math.Max(p[0], t[0]), overlapY = Math.Min(p[3], t[3]) - (double)Math.Max(p[1], t[1]);
        double hullX = Math.Max(p[2], t[2]) - (double)Math.Min(p[0], t[0]), hullY = Math.Max(p[3], t[3]) - (double)Math.Min(p[1], t[1]);
        bool touches = overlapX > 0 && overlapY > 0;
        double intersection = touches ? overlapX * overlapY : 0;
        double union = Math.Max(width * height + ((double)t[2] - t[0]) * ((double)t[3] - t[1]) - intersection, Least);
        double hull = Math.Max(hullX * hullY, Least);
        for (int k = 0; k < 4; k++)
        {
            double sign = k < 2 ? -1 : 1;
            bool horizontal = k % 2 == 0;
            bool inside = sign < 0 ? p[k] > t[k] : p[k] < t[k];
            double area = sign * (horizontal ? height : width);
            double shared = touches && inside ? sign * (horizontal ? overlapY : overlapX) : 0;
            double joined = area - shared;
            slopes[k] = -(shared * union - intersection * joined) / (union * union);
            if (!generalized) continue;
            double around = inside ? 0 : sign * (horizontal ? hullY : hullX);
            slopes[k] -= (joined * hull - union * around) / (hull * hull);
        }
        double iou = intersection / union;
        return generalized ? 1 - iou + (hull - union) / hull : 1 - iou;
    }
}
