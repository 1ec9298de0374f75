using EdgeKit.Agent;
using EdgeKit.Devices.Profiling;
using EdgeKit.Tests.Cli;
using EdgeKit.Tests.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Agent;

public sealed class ProfileCommandTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_real_model_on_this_machine_gives_a_file_whatever_else_runs_here()
    {
        string model = _tool.At("m.ekm"), json = _tool.At("p.json");
        Assert.Equal(0, Tool.Run("compile", _tool.Net(), "--out", model).ExitCode);
        (int code, string output, _) = Agent("profile", model, "--threads", "1", "--rounds", "2", "--seconds", "0.01", "--repeats", "0", "--out", json);
        BoardProfile profile = ProfileReader.Load(json);
        Assert.Equal(profile.Disturbance is null ? 0 : 6, code);
        Assert.Contains(profile.Disturbance is null ? "Valid: " : "NOT VALID: ", output, StringComparison.Ordinal);
        PointProfile point = Assert.Single(Assert.Single(profile.Models).Points, static p => p.Point.Threads == 1);
        Assert.True(point.MinMs > 0 && point.MinMs <= point.P50Ms && point.P50Ms <= point.P99Ms && point.P99Ms <= point.MaxMs);
        Assert.Equal(2, point.Rounds.Count);
        Assert.NotEmpty(profile.Models[0].Layers);
        Assert.Equal("fp32", profile.Models[0].Precision);
    }

    [Fact]
    public void An_earlier_profile_of_another_machine_is_refused_before_anything_is_measured()
    {
        string model = _tool.At("m.ekm"), earlier = _tool.At("e.json");
        Assert.Equal(0, Tool.Run("compile", _tool.Net(), "--out", model).ExitCode);
        using FakeSystem pi = FakeSystem.Pi4();
        File.WriteAllBytes(earlier, ProfileWriter.ToJson(new VirtualMachine(pi).Profile()));
        (int code, string output, string errors) = Agent("profile", model, "--compare", earlier);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("is of another machine: Raspberry Pi 4", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_tenth_slower_is_exit_code_3_and_a_board_that_throttles_is_6_whatever_it_measured()
    {
        using FakeSystem system = FakeSystem.Pi4();
        BoardProfile earlier = new VirtualMachine(system).Profile();
        Assert.Equal((0, ""), Verdict(new VirtualMachine(system)));
        Assert.Equal((0, ""), Verdict(new VirtualMachine(system) { ModelMs = 2.08 }));
        Assert.Equal((3, "slower than e.json by more than 5 %: m.ekm, 1 thread on core 0 (10.0 %)"), Verdict(new VirtualMachine(system) { ModelMs = 2.2 }));
        var throttled = new VirtualMachine(system) { ModelMs = 2.2 };
        throttled.At(900, () => system.Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "4\n"));
        Assert.Equal((6, "the profile is not valid: m.ekm, 1 thread on core 0: the board throttles: throttled"), Verdict(throttled));

        (int, string) Verdict(VirtualMachine machine)
        {
            BoardProfile now = machine.Profile();
            try
            {
                ProfileCommand.Judge(now, ProfileComparison.Of(earlier, now, 0.05), "e.json", 0.05);
                return (0, "");
            }
            catch (VerdictException e)
            {
                return (e.ExitCode, e.Message);
            }
        }
    }

    [Theory]
    [InlineData(2, "profile")]
    [InlineData(2, "profile", "m.ekm", "--threads", "0")]
    [InlineData(2, "profile", "m.ekm", "--threads", "1,x")]
    [InlineData(2, "profile", "m.ekm", "--threads", "999")]
    [InlineData(2, "profile", "m.ekm", "--rounds", "1")]
    [InlineData(2, "profile", "m.ekm", "--bound", "-1")]
    [InlineData(2, "profile", "m.ekm", "--cores", "1023")]
    [InlineData(4, "profile", "no-such.ekm")]
    public void A_wrong_command_line_is_one_line_and_an_exit_code(int expected, params string[] args)
    {
        (int code, string output, string errors) = Agent(args);
        Assert.Equal((expected, ""), (code, output));
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static (int Code, string Output, string Errors) Agent(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = CommandLine.Run(args, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
