using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Runtime.Profiling;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed class ProfilingTests
{
    [Fact]
    public void Percentiles_are_of_the_nearest_rank()
    {
        var times = new Latencies([5, 1, 4, 2, 3]);
        Assert.Equal([1, 3, 5, 5], new[] { 1.0, 50, 90, 99 }.Select(times.Percentile));
        Assert.Equal((1, 5, 3, 5), (times.Min, times.Max, times.Mean, times.Count));
        Assert.Throws<ArgumentException>(static () => new Latencies([]));
    }

    [Fact]
    public void Operators_add_up_to_their_run()
    {
        foreach (byte[] file in TestPlans.All)
        {
            using Session session = Session.Load(PlanFile.Parse(file, "plan"));
            session.StartProfiling(10);
            for (int i = 0; i < 7; i++) session.Run();
            OperatorTimes times = session.StopProfiling();
            Assert.Equal((7, session.OperatorCount), (times.Runs, times.Operators));
            for (int run = 0; run < times.Runs; run++)
            {
                Assert.Equal(times.Total(run), Enumerable.Range(0, times.Operators).Sum(op => times.Of(run, op)), 1e-9);
                for (int op = 1; op < times.Operators; op++) Assert.Equal(times.Start(run, op), times.Start(run, op - 1) + times.Of(run, op - 1), 1e-9);
            }
            Assert.Equal(4, times.FasterHalf.Count);
            Assert.Equal(times.FasterHalf.Average(times.Total), times.Means().Sum(), 1e-9);
            Assert.Equal(1, LayerTime.Of(session, times).Sum(static l => l.Share), 1e-9);
        }
    }

    [Fact]
    public void The_last_runs_are_kept_and_recording_ends()
    {
        using Session session = Session.Load(PlanFile.Parse(TestPlans.Matrices, "plan"));
        session.StartProfiling(3);
        for (int i = 0; i < 8; i++) session.Run();
        Assert.Equal(3, session.StopProfiling().Runs);
        session.Run();
        Assert.Equal(0, session.StopProfiling().Runs);
        session.StartProfiling(2);
        session.StartProfiling(4);
        Assert.Empty(session.StopProfiling().FasterHalf);
    }

    [Fact]
    public void The_faster_half_begins_with_the_median_run()
    {
        // Runs of 9, 1, 5, 3 and 7 ticks, of one operator.
        var times = new OperatorTimes([0, 9, 10, 11, 20, 25, 30, 33, 40, 47], 1);
        Assert.Equal([2, 3, 1], times.FasterHalf);
    }

    [Fact]
    public void Multiply_accumulates_and_bytes_are_counted_from_shapes()
    {
        using Session session = Session.Load(PlanFile.Parse(TestPlans.Maps, "plan"));
        OperatorInfo conv = Enumerable.Range(0, session.OperatorCount).Select(session.Operator).First(static o => o.Kind == OperatorKind.Conv);
        // 4 to 6 channels, 3x3, on 6x6 positions; floats.
        Assert.Equal(6 * 6 * 6 * 4 * 9, conv.Macs);
        Assert.Equal(4 * (36 * 4 + 6 * 4 * 9 + 6 + 36 * 6), conv.Bytes);
        OperatorInfo transposed = Enumerable.Range(0, session.OperatorCount).Select(session.Operator).First(static o => o.Kind == OperatorKind.ConvTranspose);
        Assert.Equal(36 * 6 * 2 * 4, transposed.Macs);
    }

    [Fact]
    public void Arena_spans_lie_in_the_arena_and_name_inputs_and_outputs()
    {
        foreach (byte[] file in TestPlans.All)
        {
            using Session session = Session.Load(PlanFile.Parse(file, "plan"));
            IReadOnlyList<ArenaSpan> spans = session.ArenaSpans();
            Assert.All(spans, s => Assert.InRange(s.Offset + s.Bytes, 1, session.ArenaBytes));
            Assert.All(session.Inputs, input => Assert.Equal(session.OperatorCount - 1, spans.Single(s => s.Tensor == input).Last));
            Assert.Superset(session.Outputs.ToHashSet(), spans.Select(static s => s.Tensor).ToHashSet());
        }
    }

    [Fact]
    public void A_roofline_bounds_by_what_is_scarcer()
    {
        var roofline = new Roofline(2, Int8Gmacs: 100, FloatGmacs: 10, CopyGigabytes: 5, CopyBlock: 1);
        Assert.Equal(1, roofline.Bound(int8: true, macs: 100_000_000, bytes: 1, threads: 1), 1e-9);
        Assert.Equal(10, roofline.Bound(int8: false, macs: 100_000_000, bytes: 1, threads: 1), 1e-9);
        Assert.Equal(2, roofline.Bound(int8: true, macs: 1, bytes: 20_000_000, threads: 2), 1e-9);
    }

    [Fact]
    public void A_core_has_a_roofline()
    {
        Roofline measured = Roofline.Measure(1 << 20);
        Assert.InRange(measured.Gigahertz, 0.05, 20);
        Assert.All([measured.Int8Gmacs, measured.FloatGmacs, measured.CopyGigabytes], static rate => Assert.InRange(rate, 0.01, 1e5));
    }
}
