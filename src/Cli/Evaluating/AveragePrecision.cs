using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Cli.Evaluating;

/// <summary>An object that is in a picture.</summary>
/// <param name="Box">Where, and of which class.</param>
/// <param name="Difficult">Whether it counts neither when it is found nor when it is missed.</param>
internal readonly record struct Truth(Detection Box, bool Difficult);

/// <summary>
/// Mean average precision as PASCAL VOC defines it since 2010: detections of a class, most confident first, are right when the object of the class in the same picture that they
/// overlap most has an intersection over union of at least 0.5 and is not taken yet. Average precision is the area under precision over recall, precision being replaced by its
/// maximum at any higher recall (all points); the mean is over the classes that the pictures hold.
/// </summary>
internal sealed class AveragePrecision
{
    /// <summary>The overlap from which on a box is right.</summary>
    public const float Iou = 0.5f;

    /// <summary>The definition for those who read the figures.</summary>
    public const string Definition =
        "mAP@0.5: a box is right when its IoU with the object of its class that it overlaps most is at least 0.5 and that object is not taken by a more confident box; "
        + "AP is the area under the precision envelope over recall (all points, VOC 2010); mean over the classes present; objects marked difficult do not count";

    private readonly SortedDictionary<int, ClassOutcomes> _classes = [];

    /// <summary>Number of pictures.</summary>
    public int Pictures { get; private set; }

    /// <summary>Classes that the pictures hold.</summary>
    public IReadOnlyList<int> Classes => [.. _classes.Where(static c => c.Value.Truths.Any(static t => t.Count > 0)).Select(static c => c.Key)];

    /// <summary>Adds a picture.</summary>
    public void Add(IReadOnlyList<Truth> truths, IEnumerable<Detection> found)
    {
        int picture = Pictures++;
        foreach (IGrouping<int, Truth> group in truths.Where(static t => !t.Difficult).GroupBy(static t => t.Box.Class)) Of(group.Key).Truths.Add(new(picture, group.Count()));
        bool[] taken = new bool[truths.Count];
        foreach (Detection box in found.OrderByDescending(static b => b.Score))
        {
            int best = -1;
            float overlap = Iou;
            for (int i = 0; i < truths.Count; i++)
            {
                if (truths[i].Box.Class != box.Class || !(truths[i].Box.Iou(box) is var iou && iou >= overlap) || (best >= 0 && iou == overlap)) continue;
                (best, overlap) = (i, iou);
            }
            if (best >= 0 && truths[best].Difficult) continue;
            bool right = best >= 0 && !taken[best];
            if (right) taken[best] = true;
            Of(box.Class).Found.Add(new Outcome(box.Score, picture, right));
        }
    }

    /// <summary>Average precision of a class; null where the pictures hold none of it.</summary>
    public double? OfClass(int index) => _classes.TryGetValue(index, out ClassOutcomes? outcomes) ? outcomes.Average(Sorted(outcomes), Once()) : null;

    /// <summary>The mean over classes; 0 without objects.</summary>
    public double Mean() => Mean(Once(), Sorted());

    /// <summary>The 2.5 and 97.5 percentiles of the mean when pictures are drawn again with replacement (bootstrap).</summary>
    public double[] Interval(int draws, int seed) => Percentiles(draws, seed, With(Sorted()));

    /// <summary>The same of the mean less that of another model on the same pictures, each draw being of the same pictures for both.</summary>
    public double[] DifferenceInterval(AveragePrecision other, int draws, int seed)
    {
        Func<int[], double> own = With(Sorted()), others = other.With(other.Sorted());
        return Percentiles(draws, seed, times => own(times) - others(times));
    }

    private double[] Percentiles(int draws, int seed, Func<int[], double> figure)
    {
        var random = new Random(seed);
        double[] figures = new double[draws];
        for (int i = 0; i < draws; i++)
        {
            int[] times = new int[Pictures];
            for (int k = 0; k < Pictures; k++) times[random.Next(Pictures)]++;
            figures[i] = figure(times);
        }
        Array.Sort(figures);
        return [figures[(int)(0.025 * (draws - 1))], figures[(int)Math.Ceiling(0.975 * (draws - 1))]];
    }

    private Func<int[], double> With(Dictionary<int, Outcome[]> sorted) => times => Mean(times, sorted);

    private double Mean(int[] times, Dictionary<int, Outcome[]> sorted)
    {
        double sum = 0;
        int classes = 0;
        foreach ((int index, ClassOutcomes outcomes) in _classes)
        {
            if (outcomes.Average(sorted[index], times) is not { } average) continue;
            sum += average;
            classes++;
        }
        return classes == 0 ? 0 : sum / classes;
    }

    private ClassOutcomes Of(int index)
    {
        if (!_classes.TryGetValue(index, out ClassOutcomes? outcomes)) _classes[index] = outcomes = new ClassOutcomes();
        return outcomes;
    }

    private int[] Once() => [.. Enumerable.Repeat(1, Pictures)];

    private Dictionary<int, Outcome[]> Sorted() => _classes.ToDictionary(static c => c.Key, static c => Sorted(c.Value));

    private static Outcome[] Sorted(ClassOutcomes outcomes) => [.. outcomes.Found.OrderByDescending(static o => o.Score)];

    private readonly record struct Outcome(float Score, int Picture, bool Right);

    private sealed class ClassOutcomes
    {
        public List<Outcome> Found { get; } = [];

        public List<(int Picture, int Count)> Truths { get; } = [];

        /// <summary>The average precision over pictures, each counted so many times.</summary>
        public double? Average(Outcome[] sorted, int[] times)
        {
            int all = Truths.Sum(t => t.Count * times[t.Picture]);
            if (all == 0) return null;
            var points = new List<(double Recall, double Precision)>();
            int right = 0, wrong = 0;
            foreach (Outcome outcome in sorted)
            {
                if (outcome.Right) right += times[outcome.Picture];
                else wrong += times[outcome.Picture];
                if (right + wrong > 0) points.Add(((double)right / all, (double)right / (right + wrong)));
            }
            double area = 0, envelope = 0, recall = points.Count > 0 ? points[^1].Recall : 0;
            for (int i = points.Count - 1; i >= 0; i--)
            {
                area += (recall - points[i].Recall) * envelope;
                recall = points[i].Recall;
                envelope = Math.Max(envelope, points[i].Precision);
            }
            return area + recall * envelope;
        }
    }
}
