using EdgeKit.Agent.Web;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;
using EdgeKit.Tests.Agent.Web;
using Mono.Cecil;
using Xunit;

namespace EdgeKit.Tests.Agent;

/// <summary>The time of day leaps on a board without a battery as soon as it is in a network: nothing that is measured or waited for may follow it.</summary>
public class WallClockTests
{
    private static readonly HashSet<string> WallClocks = ["System.DateTime", "System.DateTimeOffset", "System.TimeProvider"];

    [Fact]
    public void Nothing_of_the_agent_reads_the_time_of_day()
        => Assert.All([typeof(FramePump).Assembly, typeof(Progress).Assembly, typeof(Frame).Assembly, typeof(Session).Assembly], static assembly =>
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(assembly.Location);
            Assert.DoesNotContain(module.GetMemberReferences(), static m => WallClocks.Contains(m.DeclaringType.FullName) && m.Name.EndsWith("Now", StringComparison.Ordinal));
        });

    [Fact]
    public void Rates_ages_and_latencies_do_not_follow_a_leap()
    {
        var clock = new LeapingClock();
        var progress = new Progress(clock);
        for (int i = 0; i < 300; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1 / 30.0));
            clock.Leap(TimeSpan.FromDays(i % 2 == 0 ? 20 * 365 : -20 * 365 - 1));
            progress.Add(12);
        }
        Assert.Equal(30, progress.FramesPerSecond, 0.2);
        Assert.Equal(10, progress.Time.TotalSeconds, 0.01);
        Assert.Equal(0, progress.SinceLast.TotalSeconds, 0.001);
        clock.Leap(TimeSpan.FromDays(400));
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, progress.SinceLast.TotalSeconds, 0.001);
        Assert.Equal(300, progress.Cumulative()[^1]);
    }

    /// <summary>A clock whose time of day is set while it runs.</summary>
    private sealed class LeapingClock : SetClock
    {
        private DateTimeOffset _day = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Leap(TimeSpan time) => _day += time;

        public override DateTimeOffset GetUtcNow() => _day;
    }
}
