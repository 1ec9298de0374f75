using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Tests that watch the whole process: they run when no other test does.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneDefinition;

/// <summary>A run allocates nothing, on its own thread or on another.</summary>
[Collection("Alone")]
public sealed class AllocationTests
{
    private const int Runs = 50;
    private const int Attempts = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_allocates_nothing(int threads)
    {
        foreach (byte[] file in TestPlans.All)
        {
            using Session session = Session.Load(PlanFile.Parse(file, "plan"), new SessionOptions { Threads = threads });
            Repeat(session);
            long own = GC.GetAllocatedBytesForCurrentThread();
            Repeat(session);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
            // The test host has threads too, one of which allocates every 50 ms; on a busy machine an attempt takes longer. What a run allocates is in every attempt.
            Assert.Contains(0, Enumerable.Range(0, Attempts).Select(_ => AllocatedByAll(session)));
        }
    }

    private static long AllocatedByAll(Session session)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Repeat(session);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void Repeat(Session session)
    {
        for (int i = 0; i < Runs; i++) session.Run();
    }
}
