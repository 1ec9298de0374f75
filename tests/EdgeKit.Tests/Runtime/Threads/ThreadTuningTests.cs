using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime.Threads;

public sealed class ThreadTuningTests
{
    [Theory]
    [InlineData(new[] { 10.0, 6, 5, 4.9 }, 3)]
    [InlineData(new[] { 10.0, 9.8, 9.8 }, 1)]
    [InlineData(new[] { 10.0, 12, 15 }, 1)]
    [InlineData(new[] { 10.0, 6, 4 }, 3)]
    public void The_fewest_threads_that_are_about_as_fast_as_the_fastest(double[] times, int threads) => Assert.Equal(threads, ThreadTuning.Fewest(times));

    [Fact]
    public void Every_number_of_threads_is_tried_as_often()
    {
        int[] runs = new int[4];
        Assert.InRange(ThreadTuning.Choose(4, threads => runs[threads - 1]++), 1, 4);
        Assert.Single(runs.Distinct());
        Assert.Equal(1, ThreadTuning.Choose(1, _ => Assert.Fail("there is nothing to measure")));
    }

    [Fact]
    public void A_session_chooses_its_threads()
    {
        using Session session = Session.Load(PlanFile.Parse(TestPlans.Matrices, "plan"), new SessionOptions { Threads = SessionOptions.AutoThreads, Cores = [0, 0] });
        Assert.InRange(session.Threads, 1, 2);
        session.Run();
    }

    [Fact]
    public void A_negative_number_of_threads_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => Session.Load(PlanFile.Parse(TestPlans.Matrices, "plan"), new SessionOptions { Threads = -1 }));
}
