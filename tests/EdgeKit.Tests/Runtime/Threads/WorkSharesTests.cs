using EdgeKit.Runtime.Execution;
using Xunit;

namespace EdgeKit.Tests.Runtime.Threads;

public sealed class WorkSharesTests
{
    [Fact]
    public void Every_unit_is_taken_once_whoever_takes_it()
    {
        var random = new Random(61);
        for (int round = 0; round < 300; round++)
        {
            int threads = random.Next(1, 9), units = random.Next(1, 400);
            int[] capacities = [.. Enumerable.Range(0, threads).Select(_ => random.Next(1, 1025))];
            using var shares = new WorkShares(capacities);
            shares.Deal(units, random.Next(1, threads + 1), round + 1);
            int[] taken = new int[units];
            // In any order of threads.
            List<int> ranges = [.. Enumerable.Range(0, threads)];
            while (ranges.Count > 0)
            {
                int range = ranges[random.Next(ranges.Count)];
                if (!shares.Take(range, round + 1, out int begin, out int end)) ranges.Remove(range);
                else for (int i = begin; i < end; i++) taken[i]++;
            }
            Assert.All(taken, static count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Every_unit_is_taken_once_by_threads_at_the_same_time()
    {
        const int threads = 4, units = 1000;
        using var shares = new WorkShares([3, 1, 1, 2]);
        for (int generation = 1; generation <= 50; generation++)
        {
            int[] taken = new int[units];
            shares.Deal(units, threads, generation);
            Parallel.For(0, threads, share =>
            {
                for (int i = 0; i < threads; i++)
                {
                    while (shares.Take((share + i) % threads, generation, out int begin, out int end))
                    {
                        for (int u = begin; u < end; u++) Interlocked.Increment(ref taken[u]);
                    }
                }
            });
            Assert.All(taken, static count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Ranges_are_in_proportion_to_capacities()
    {
        using var shares = new WorkShares([1024, 1024, 512]);
        shares.Deal(1000, 3, 1);
        Assert.Equal([400, 400, 200], Enumerable.Range(0, 3).Select(i => Left(shares, i, 1)));
        shares.Deal(1000, 2, 2);
        Assert.Equal([500, 500, 0], Enumerable.Range(0, 3).Select(i => Left(shares, i, 2)));
    }

    [Fact]
    public void A_range_is_taken_in_few_pieces()
    {
        using var shares = new WorkShares([1]);
        shares.Deal(1_000_000, 1, 1);
        int pieces = 0;
        while (shares.Take(0, 1, out _, out _)) pieces++;
        Assert.InRange(pieces, 2, 5);
    }

    [Fact]
    public void Who_comes_late_gets_nothing_of_the_next_deal()
    {
        using var shares = new WorkShares([1, 1]);
        shares.Deal(10, 2, 7);
        Assert.False(shares.Take(0, 6, out _, out _));
        Assert.True(shares.Take(0, 7, out _, out _));
        shares.Deal(10, 2, 8);
        Assert.False(shares.Take(0, 7, out _, out _));
        Assert.False(shares.Take(1, 7, out _, out _));
    }

    private static int Left(WorkShares shares, int range, int generation)
    {
        int units = 0;
        while (shares.Take(range, generation, out int begin, out int end)) units += end - begin;
        return units;
    }
}
