using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Tracking;
using Xunit;

namespace EdgeKit.Tests.Imaging.Tracking;

public sealed class BoxTrackerTests
{
    private readonly long[] _numbers = new long[8];

    [Fact]
    public void Objects_that_cross_keep_their_numbers()
    {
        var tracker = new BoxTracker(8);
        for (int t = 0; t < 40; t++)
        {
            // Two rows: one goes right, one goes left, passing each other; of the same class, in an order that changes.
            Detection right = Box(0, t * 5, 0), left = Box(0, 200 - (t * 5), 15);
            tracker.Update(t % 2 == 0 ? [right, left] : [left, right], _numbers);
            Assert.Equal(t % 2 == 0 ? (1, 2) : (2, 1), (_numbers[0], _numbers[1]));
        }
        Assert.Equal(2, tracker.Count);
    }

    [Fact]
    public void A_class_is_not_taken_for_another()
    {
        var tracker = new BoxTracker(8);
        tracker.Update([Box(0, 0, 0)], _numbers);
        tracker.Update([Box(1, 0, 0)], _numbers);
        Assert.Equal(2, _numbers[0]);
    }

    [Fact]
    public void A_track_outlives_a_gap_and_then_ends_for_good()
    {
        var tracker = new BoxTracker(8);
        tracker.Update([Box(0, 0, 0)], _numbers);
        for (int i = 0; i < BoxTracker.MaxMisses; i++) tracker.Update([], _numbers);
        tracker.Update([Box(0, 3, 0)], _numbers);
        Assert.Equal(1, _numbers[0]);
        for (int i = 0; i <= BoxTracker.MaxMisses; i++) tracker.Update([], _numbers);
        Assert.Equal(0, tracker.Count);
        tracker.Update([Box(0, 3, 0)], _numbers);
        Assert.Equal(2, _numbers[0]);
    }

    [Fact]
    public void One_track_takes_one_box_the_best_of_the_most_confident_first()
    {
        var tracker = new BoxTracker(8);
        tracker.Update([Box(0, 0, 0), Box(0, 8, 0)], _numbers);
        tracker.Update([Box(0, 7, 0), Box(0, 1, 0), Box(0, 2, 0)], _numbers);
        Assert.Equal([2L, 1, 3], _numbers[..3]);
    }

    [Fact]
    public void What_is_beyond_its_room_gets_no_number()
    {
        var tracker = new BoxTracker(2);
        tracker.Update([Box(0, 0, 0), Box(0, 100, 0), Box(0, 200, 0)], _numbers);
        Assert.Equal([1L, 2, 0], _numbers[..3]);
        Assert.Throws<ArgumentException>(() => tracker.Update([Box(0, 0, 0)], []));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var tracker = new BoxTracker(8);
        Detection[] boxes = [Box(0, 0, 0), Box(0, 100, 0)];
        tracker.Update(boxes, _numbers);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) tracker.Update(boxes.AsSpan(i % 2), _numbers);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Detection Box(int kind, float x, float y) => new(kind, 0.9f, x, y, x + 20, y + 20);
}
