using EdgeKit.Cli.Evaluating;
using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Cli.Finding;

public class AveragePrecisionTests
{
    private static Detection Box(float left, float score = 1, int index = 0) => new(index, score, left, 0, left + 10, 10);

    private static Truth True(float left, int index = 0, bool difficult = false) => new(Box(left, 1, index), difficult);

    [Fact]
    public void Worked_example()
    {
        // Three objects; ranked: right, wrong, right, and one never found. Recall 1/3 at precision 1, 2/3 at precision 2/3.
        var scores = new AveragePrecision();
        scores.Add([True(0), True(50)], [Box(1, 0.9f), Box(30, 0.8f)]);
        scores.Add([True(0)], [Box(0, 0.7f)]);
        Assert.Equal(1.0 / 3 * 1 + 1.0 / 3 * (2.0 / 3), scores.OfClass(0)!.Value, 1e-9);
        Assert.Equal(scores.OfClass(0)!.Value, scores.Mean(), 1e-9);
    }

    [Fact]
    public void The_envelope_takes_the_best_precision_to_the_right()
    {
        // Ranked: wrong, right, right: precision 1/2 and then 2/3, of which the envelope makes 2/3 throughout.
        var scores = new AveragePrecision();
        scores.Add([True(0), True(50)], [Box(30, 0.9f), Box(0, 0.8f), Box(50, 0.7f)]);
        Assert.Equal(2.0 / 3, scores.Mean(), 1e-9);
    }

    [Fact]
    public void An_object_is_found_once_and_half_an_overlap_is_enough()
    {
        var scores = new AveragePrecision();
        scores.Add([True(0)], [Box(0, 0.9f), Box(0, 0.8f)]);
        // Two thirds of the union is 0.5 exactly: shifted by a third of the width.
        scores.Add([new Truth(new Detection(0, 1, 0, 0, 3, 3), false)], [new Detection(0, 0.95f, 1, 0, 4, 3)]);
        // Ranked: right (0.95), right (0.9), wrong (0.8).
        Assert.Equal(1, scores.Mean(), 1e-9);
        var missed = new AveragePrecision();
        missed.Add([new Truth(new Detection(0, 1, 0, 0, 3, 3), false)], [new Detection(0, 0.95f, 1.01f, 0, 4.01f, 3)]);
        Assert.Equal(0, missed.Mean());
    }

    [Fact]
    public void Difficult_objects_count_neither_way()
    {
        var scores = new AveragePrecision();
        scores.Add([True(0, difficult: true), True(50)], [Box(0, 0.9f), Box(50, 0.8f)]);
        Assert.Equal(1, scores.Mean());
        Assert.Equal([0], scores.Classes);
    }

    [Fact]
    public void The_mean_is_over_the_classes_that_are_there()
    {
        var scores = new AveragePrecision();
        scores.Add([True(0, 1), True(50, 2)], [Box(0, 0.9f, 1), Box(20, 0.9f, 3)]);
        Assert.Equal([1, 2], scores.Classes);
        Assert.Equal(0.5, scores.Mean());
        Assert.Null(scores.OfClass(3));
        Assert.Equal(0, new AveragePrecision().Mean());
    }

    [Fact]
    public void Against_a_slow_count_on_random_boxes()
    {
        var random = new Random(5);
        var scores = new AveragePrecision();
        List<(float Score, bool Right)> ranking = [];
        int all = 0;
        for (int picture = 0; picture < 30; picture++)
        {
            Truth[] truths = [.. Enumerable.Range(0, random.Next(4)).Select(i => True(i * 30))];
            Detection[] found = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Box(random.Next(4) * 30 + random.NextSingle() * 6, random.NextSingle()))];
            scores.Add(truths, found);
            all += truths.Length;
            HashSet<int> taken = [];
            foreach (Detection box in found.OrderByDescending(static b => b.Score))
            {
                int place = Enumerable.Range(0, truths.Length).FirstOrDefault(i => truths[i].Box.Iou(box) >= 0.5f, -1);
                ranking.Add((box.Score, place >= 0 && taken.Add(place)));
            }
        }
        bool[] ranked = [.. ranking.OrderByDescending(static r => r.Score).Select(static r => r.Right)];
        double PrecisionAt(int n) => ranked.Take(n).Count(static r => r) / (double)n;
        double expected = Enumerable.Range(0, ranked.Length).Where(i => ranked[i]).Sum(i => Enumerable.Range(i + 1, ranked.Length - i).Max(PrecisionAt)) / all;
        Assert.InRange(expected, 0.05, 0.95);
        Assert.Equal(expected, scores.Mean(), 1e-9);
        double[] interval = scores.Interval(500, 1);
        Assert.True(interval[0] < expected && expected < interval[1]);
        Assert.Equal(interval, scores.Interval(500, 1));
    }

    [Fact]
    public void Names_of_COCO_become_those_of_VOC()
    {
        int[] map = VocNames.Map(LabelLists.Coco80);
        Assert.Equal(Enumerable.Range(0, 20), map.Where(static c => c >= 0).Order());
        Assert.Equal("tvmonitor", LabelLists.Voc20[map[LabelLists.Coco80.ToList().IndexOf("tv")]]);
        Assert.Equal(-1, map[LabelLists.Coco80.ToList().IndexOf("truck")]);
    }
}
