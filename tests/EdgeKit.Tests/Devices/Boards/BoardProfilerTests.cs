using EdgeKit.Devices.Profiling;
using Xunit;

namespace EdgeKit.Tests.Devices.Boards;

public class BoardProfilerTests
{
    private const string Throttled = "/sys/devices/platform/soc/soc:firmware/get_throttled", Clock = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq";

    [Fact]
    public void A_quiet_machine_gives_a_valid_profile()
    {
        using FakeSystem system = FakeSystem.Pi4();
        var machine = new VirtualMachine(system);
        BoardProfile profile = machine.Profile(points: [new SweepPoint(1, [0], null), new SweepPoint(2, [0, 1], null)]);
        Assert.Null(profile.Disturbance);
        Assert.Equal(TimeSpan.Zero, machine.Waited);
        ModelProfile model = Assert.Single(profile.Models);
        Assert.Equal([1, 2], model.Points.Select(static p => p.Point.Threads));
        Assert.All(model.Points, static p => Assert.Equal(8, p.Rounds.Count));
        Assert.Equal((2, 1), (model.Points[0].P50Ms, model.Points[1].P99Ms), Near);
        Assert.All(model.Points[0].Rounds, static r => Assert.Equal((1800, 54.25), (r.Mhz, r.Celsius)));
        Assert.Equal(2, model.Layers.Count);
        Assert.Null(model.Points[0].Millijoules);
        Assert.NotEmpty(profile.Trace);
    }

    [Fact]
    public void A_machine_that_throttles_for_good_gives_no_valid_profile()
    {
        using FakeSystem system = FakeSystem.Pi4();
        var machine = new VirtualMachine(system);
        machine.At(900, () => system.Write(Throttled, "4\n"));
        BoardProfile profile = machine.Profile(new ProfileOptions { Repeats = 3 });
        Assert.Equal("m.ekm, 1 thread on core 0: the board throttles: throttled", profile.Disturbance);
        Assert.Equal(TimeSpan.FromSeconds(30), machine.Waited);
        Assert.Equal(3, machine.Told.Count(static l => l.Contains("again after 10 s", StringComparison.Ordinal)));
        Assert.Contains(profile.Trace, static t => t.Throttled);
        Assert.Contains(profile.Models[0].Points[0].Rounds, static r => r.Disturbance is null);
    }

    [Fact]
    public void One_that_throttles_for_a_moment_is_measured_again()
    {
        using FakeSystem system = FakeSystem.Pi4();
        var machine = new VirtualMachine(system);
        // Between two readings: only the bits that say that it has happened tell.
        machine.At(900, () => system.Write(Throttled, "40000\n"));
        BoardProfile profile = machine.Profile();
        Assert.Null(profile.Disturbance);
        Assert.Equal(TimeSpan.FromSeconds(10), machine.Waited);
        Assert.Contains(machine.Told, static l => l.Contains("the board throttles: throttled; again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1_680_000, "the clock was 1680 MHz, after 1800 before")]
    [InlineData(1_750_000, null)]
    public void A_clock_that_drops_by_more_than_a_twentieth_is_told(int kilohertz, string? why)
    {
        using FakeSystem system = FakeSystem.Pi4();
        var machine = new VirtualMachine(system);
        machine.At(900, () => system.Write(Clock, $"{kilohertz}\n"));
        Assert.Equal(why, machine.Profile().Models[0].Points[0].Disturbance);
    }

    [Theory]
    [InlineData(1.10, "core 0 ran 10 % slower than before, though no sensor says that it throttles")]
    [InlineData(1.04, null)]
    public void A_slowdown_that_no_sensor_tells_is_found_by_the_loop(double slowness, string? why)
    {
        using FakeSystem system = FakeSystem.Virtual();
        var machine = new VirtualMachine(system);
        machine.At(900, () => machine.Slowness = slowness);
        Assert.Equal(why, machine.Profile().Models[0].Points[0].Disturbance);
    }

    [Fact]
    public void Another_program_on_the_core_is_found_by_the_loop_from_the_first_round_on()
    {
        using FakeSystem system = FakeSystem.Virtual();
        var machine = new VirtualMachine(system) { Theft = 2 };
        BoardProfile profile = machine.Profile();
        Assert.Equal("core 0 did something else for 50 % of its time", profile.Models[0].Points[0].Disturbance);
        Assert.All(profile.Models[0].Points[0].Rounds, static r => Assert.NotNull(r.Disturbance));
    }

    [Fact]
    public void Time_for_which_the_thread_was_ready_and_did_not_run_is_found_in_the_kernels_account()
    {
        using FakeSystem system = FakeSystem.Virtual();
        const string account = "/proc/thread-self/schedstat";
        system.Write(account, "1 0 1\n");
        long waited = 0;
        var machine = new VirtualMachine(system);
        machine.OnRun = () => system.Write(account, $"1 {waited += 200_000} 1\n");
        Assert.Equal("core 0 did something else for 10 % of the time", machine.Profile().Models[0].Points[0].Disturbance);
    }

    [Fact]
    public void Operators_that_were_timed_while_it_throttled_make_the_profile_invalid()
    {
        using FakeSystem system = FakeSystem.Pi4();
        var machine = new VirtualMachine(system);
        int runs = 0;
        // Eight rounds of 125 inferences, a warm-up of 150; then the operators.
        machine.OnRun = () => { if (++runs == 1200) system.Write(Throttled, "2\n"); };
        BoardProfile profile = machine.Profile(new ProfileOptions { Repeats = 0 });
        Assert.Equal("m.ekm, its operators: the board throttles: clock capped", profile.Disturbance);
        Assert.Null(profile.Models[0].Points[0].Disturbance);
    }

    [Fact]
    public void Energy_is_the_boards_power_over_an_inference()
    {
        using FakeSystem system = FakeSystem.Orin();
        var machine = new VirtualMachine(system) { ModelMs = 3 };
        BoardProfile profile = machine.Profile();
        Assert.Equal("INA3221", profile.PowerMeter);
        Assert.Equal(18, profile.Models[0].Points[0].Millijoules!.Value, 1e-6);
    }

    [Fact]
    public void A_sweep_takes_each_kind_of_core_by_itself_the_fastest_first_and_then_all()
    {
        using var system = new FakeSystem();
        for (int core = 0; core < 6; core++)
        {
            system.Write($"/sys/devices/system/cpu/cpu{core}/regs/identification/midr_el1", core < 4 ? "0x412fd050" : "0x414fd0b0")
                .Write($"/sys/devices/system/cpu/cpu{core}/cpufreq/cpuinfo_max_freq", core < 4 ? "1800000" : "2400000");
        }
        var board = system.Reader().Read();
        int[] all = [0, 1, 2, 3, 4, 5];
        Assert.Equal(["1 on 4 Cortex-A76", "2 on 4-5 Cortex-A76", "1 on 0 Cortex-A55", "2 on 0-1 Cortex-A55", "3 on 0-2 Cortex-A55", "4 on 0-3 Cortex-A55", "6 on 4-5,0-3 all kinds"],
            SweepPoint.Sweep(board, all).Select(Text));
        Assert.Equal(["2 on 4-5 Cortex-A76", "2 on 0-1 Cortex-A55"], SweepPoint.Sweep(board, all, threads: [2]).Select(Text));
        Assert.Equal(["1 on 5 ", "2 on 5,0 "], SweepPoint.Sweep(board, all, cores: [5, 0]).Select(Text));
        // A process that may not use the others.
        Assert.Equal(["1 on 2 ", "2 on 2-3 "], SweepPoint.Sweep(board, [2, 3]).Select(Text));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 12, 14], SweepPoint.Sweep(board, [.. Enumerable.Range(6, 14)]).Select(static p => p.Threads));

        static string Text(SweepPoint p) => $"{p.Threads} on {p.CoreText} {p.Kind}";
    }

    private static bool Near((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) < 1e-9 && Math.Abs(x.B - y.B) < 1e-9;
}
