using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Imaging.Decoding;

public class SuppressionTests
{
    private static Detection[] RandomBoxes(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float x = random.NextSingle() * 80, y = random.NextSingle() * 80;
            return new Detection(random.Next(3), MathF.Round(random.NextSingle(), 2), x, y, x + 1 + random.NextSingle() * 40, y + 1 + random.NextSingle() * 40);
        })];
    }

    private static (Detection[] Boxes, int[] Positions) Suppress(Detection[] boxes, float iou, int max = 1000)
    {
        var candidates = new Candidates();
        for (int i = 0; i < boxes.Length; i++)
            if (candidates.Takes(boxes[i].Score)) candidates.Add(boxes[i], i, order: i);
        var kept = new Detection[max];
        int[] positions = new int[max];
        int count = candidates.Suppress(iou, kept, positions);
        return (kept[..count], positions[..count]);
    }

    [Theory]
    [InlineData(1, 0.3f)]
    [InlineData(2, 0.5f)]
    [InlineData(3, 0.9f)]
    public void Kept_boxes_are_apart_and_every_other_is_covered_by_a_better_one(int seed, float iou)
    {
        Detection[] all = RandomBoxes(seed, 400);
        (Detection[] kept, int[] positions) = Suppress(all, iou);
        for (int i = 0; i < kept.Length; i++)
        {
            Assert.Equal(all[positions[i]], kept[i]);
            if (i > 0) Assert.True(kept[i - 1].Score >= kept[i].Score);
            for (int k = 0; k < i; k++) Assert.True(kept[i].Class != kept[k].Class || kept[i].Iou(kept[k]) <= iou);
        }
        for (int i = 0; i < all.Length; i++)
            if (!positions.Contains(i)) Assert.Contains(kept, k => k.Class == all[i].Class && k.Score >= all[i].Score && k.Iou(all[i]) > iou);
        Assert.Equal(kept, Suppress(kept, iou).Boxes);
    }

    [Fact]
    public void Of_more_than_there_is_room_for_the_best_stay_and_of_equals_the_first()
    {
        Detection[] all = [.. Enumerable.Range(0, 3000).Select(static i => new Detection(0, i % 7 / 10f, i, 0, i + 1, 1))];
        (Detection[] kept, int[] positions) = Suppress(all, 0.5f);
        Assert.Equal(Candidates.Capacity, kept.Length);
        Assert.Equal(Enumerable.Range(0, 3000).OrderByDescending(static i => i % 7).ThenBy(static i => i).Take(Candidates.Capacity), positions);
    }

    [Fact]
    public void No_more_are_kept_than_asked_for() => Assert.Equal(5, Suppress(RandomBoxes(4, 400), 0.5f, max: 5).Boxes.Length);

    [Fact]
    public void Iou_of_halves()
    {
        var box = new Detection(0, 1, 0, 0, 2, 2);
        Assert.Equal(1, box.Iou(box));
        Assert.Equal(1f / 3, box.Iou(new Detection(0, 1, 1, 0, 3, 2)), 1e-6f);
        Assert.Equal(0, box.Iou(new Detection(0, 1, 2, 0, 4, 2)));
        Assert.Equal(0, box.Iou(new Detection(0, 1, 5, 5, 6, 6)));
    }
}
