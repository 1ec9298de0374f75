using EdgeKit.Training.Losses;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>
/// The loss of one level: each position should say of each class how well its box fits an object of that class, as IoU, 0 where there is none
/// (<see cref="QualityFocalLoss"/>), and boxes should fit (<see cref="BoxOverlap"/>, generalised).
/// </summary>
internal static class ObjectLoss
{
    // Boxes against classes, as in "Generalized Focal Loss".
    private const float BoxWeight = 2;

    // In strides: boxes that are narrower, or inside out, have no overlap whose derivative would help.
    private const float LeastSide = 0.1f;

    private const int Sides = 4;

    /// <summary>Evaluates the loss and adds its derivative; that of the IoU that scores should predict is taken as nought.</summary>
    /// <param name="scores">classes x positions.</param>
    /// <param name="boxes">4 x positions: distances in strides.</param>
    /// <param name="target">What <see cref="ObjectAssignment"/> wrote for the positions.</param>
    /// <param name="normaliser">What the sum is divided by.</param>
    /// <param name="scoreSlope">classes x positions.</param>
    /// <param name="boxSlope">4 x positions.</param>
    public static (double Classes, double Boxes) Evaluate(
        ReadOnlySpan<float> scores, ReadOnlySpan<float> boxes, ReadOnlySpan<float> target, double normaliser, Span<float> scoreSlope, Span<float> boxSlope)
    {
        int positions = boxes.Length / Sides, classes = scores.Length / positions;
        float[] quality = new float[scores.Length];
        double loss = 0;
        for (int p = 0; p < positions; p++)
        {
            ReadOnlySpan<float> fields = target.Slice(p * ObjectAssignment.Fields, ObjectAssignment.Fields);
            if (fields[0] == ObjectAssignment.Ignored)
                for (int c = 0; c < classes; c++) quality[c * positions + p] = float.NaN;
            if (fields[0] < 0) continue;
            (double box, float iou) = Box(boxes, fields[1..], p, positions, normaliser, boxSlope);
            loss += box;
            quality[(int)fields[0] * positions + p] = iou;
        }
        return (QualityFocalLoss.Evaluate(scores, quality, normaliser, scoreSlope), loss);
    }

    private static (double Loss, float Iou) Box(ReadOnlySpan<float> boxes, ReadOnlySpan<float> distances, int p, int positions, double normaliser, Span<float> slope)
    {
        Span<float> found = stackalloc float[Sides], wanted = stackalloc float[Sides], slopes = stackalloc float[Sides], unused = stackalloc float[Sides];
        slopes.Clear();
        Span<double> lacking = stackalloc double[2];
        for (int axis = 0; axis < 2; axis++)
        {
            float low = -boxes[axis * positions + p], high = boxes[(axis + 2) * positions + p];
            lacking[axis] = LeastSide - (high - low);
            if (lacking[axis] > 0) (low, high) = ((low + high - LeastSide) / 2, (low + high + LeastSide) / 2);
            (found[axis], found[axis + 2]) = (low, high);
            (wanted[axis], wanted[axis + 2]) = (-distances[axis], distances[axis + 2]);
        }
        float iou = (float)(1 - BoxOverlap.Evaluate(found, wanted, [], 1, generalized: false, unused));
        double loss = BoxWeight * BoxOverlap.Evaluate(found, wanted, [], normaliser, generalized: true, slopes, BoxWeight);
        for (int axis = 0; axis < 2; axis++)
        {
            (float low, float high) = (slopes[axis], slopes[axis + 2]);
            if (lacking[axis] > 0)
            {
                // It moves as a whole, and grows by a slope of its own.
                float grow = (float)(BoxWeight / normaliser), move = (low + high) / 2;
                loss += grow * lacking[axis];
                (low, high) = (move + grow, move - grow);
            }
            slope[axis * positions + p] -= low;
            slope[(axis + 2) * positions + p] += high;
        }
        return (loss, iou);
    }
}
