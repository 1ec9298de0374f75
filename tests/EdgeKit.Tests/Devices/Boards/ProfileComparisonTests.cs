using System.Text;
using EdgeKit.Devices.Profiling;
using Xunit;

namespace EdgeKit.Tests.Devices.Boards;

public sealed class ProfileComparisonTests : IDisposable
{
    private readonly FakeSystem _system = FakeSystem.Pi4();

    public void Dispose() => _system.Dispose();

    [Theory]
    [InlineData(2.2, 0.05, true)]
    [InlineData(2.2, 0.15, false)]
    [InlineData(2.08, 0.05, false)]
    [InlineData(1.5, 0, false)]
    public void A_model_that_has_become_slower_than_the_bound_allows_is_found(double ms, double bound, bool slower)
    {
        BoardProfile earlier = new VirtualMachine(_system).Profile(), now = new VirtualMachine(_system) { ModelMs = ms }.Profile();
        PointComparison only = Assert.Single(ProfileComparison.Of(earlier, now, bound));
        Assert.Equal(slower, only.IsSlower);
        Assert.Equal(ms / 2, only.Ratio, 1e-9);
        string? verdict = ProfileComparison.Verdict([only], "earlier.json", bound);
        Assert.Equal(slower ? "slower than earlier.json by more than 5 %: m.ekm, 1 thread on core 0 (10.0 %)" : null, verdict);
        Assert.Contains(slower ? "SLOWER" : "1 ", ProfileComparison.ToText([only], "earlier.json", bound), StringComparison.Ordinal);
    }

    [Fact]
    public void Rounds_that_differ_more_than_the_models_leave_it_in_doubt()
    {
        PointComparison only = Assert.Single(ProfileComparison.Of(Profile([1.8, 2.0, 2.2, 1.7, 2.3, 2.0]), Profile([2.0, 2.6, 2.2, 1.7, 2.4, 2.0]), 0.04));
        Assert.True(only.Ratio > 1.04 && only.Low < 1 && only.High > 1.1, $"{only}");
        Assert.False(only.IsSlower);
        // The same numbers give the same interval.
        Assert.Equal(only.Low, ProfileComparison.Of(Profile([1.8, 2.0, 2.2, 1.7, 2.3, 2.0]), Profile([2.0, 2.6, 2.2, 1.7, 2.4, 2.0]), 0.04)[0].Low);
    }

    [Fact]
    public void Other_machines_other_files_and_disturbed_runs_are_refused()
    {
        BoardProfile earlier = new VirtualMachine(_system).Profile();
        string identity = _system.Reader().Read().Identity;
        ProfileComparison.Require(earlier, "e.json", identity, [("m.ekm", "00000001")], across: false);
        Assert.Contains("e.json: is of another machine: Raspberry Pi 4 Model B Rev 1.4, 4 x Cortex-A72 at 1800 MHz; this is a toaster; --across", Refused("a toaster", "m.ekm", "00000001", false), StringComparison.Ordinal);
        Assert.Contains("m.ekm was another file then (checksum 00000001, now 00000002)", Refused(identity, "m.ekm", "00000002", false), StringComparison.Ordinal);
        Assert.Contains("has no n.ekm, only m.ekm", Refused(identity, "n.ekm", "00000001", true), StringComparison.Ordinal);
        ProfileComparison.Require(earlier, "e.json", "a toaster", [("m.ekm", "00000002")], across: true);
        earlier = new VirtualMachine(_system) { Theft = 2 }.Profile();
        Assert.Contains("was disturbed", Refused(identity, "m.ekm", "00000001", true), StringComparison.Ordinal);

        string Refused(string machine, string name, string checksum, bool across) =>
            Assert.Throws<ProfileException>(() => ProfileComparison.Require(earlier, "e.json", machine, [(name, checksum)], across)).Message;
    }

    [Fact]
    public void A_profile_is_read_back_as_it_was_written_and_damaged_ones_are_refused()
    {
        using FakeSystem orin = FakeSystem.Orin();
        byte[] json = ProfileWriter.ToJson(new VirtualMachine(orin) { Theft = 2 }.Profile(new ProfileOptions { Repeats = 0 }));
        string again = Encoding.UTF8.GetString(ProfileWriter.ToJson(ProfileReader.Parse(json, "p.json"))), text = Encoding.UTF8.GetString(json);
        int end = text.IndexOf("\"target\"", StringComparison.Ordinal);
        Assert.Equal(text[..end], again[..end]);
        Assert.Contains("\"valid\": false", text, StringComparison.Ordinal);
        for (int length = 0; length < json.Length - 2; length += 31)
            Assert.StartsWith("p.json: is no profile", Assert.Throws<ProfileException>(() => ProfileReader.Parse(json.AsMemory(0, length), "p.json")).Message, StringComparison.Ordinal);
        foreach (string damaged in (string[])["[]", "{}", "3", text.Replace("\"threads\": 1", "\"threads\": \"one\"", StringComparison.Ordinal), text.Replace("\"runs\"", "\"sprints\"", StringComparison.Ordinal), text.Replace("\"threads\": 1", "\"threads\": 1e99", StringComparison.Ordinal)])
            Assert.Throws<ProfileException>(() => ProfileReader.Parse(Encoding.UTF8.GetBytes(damaged), "p.json"));
        Assert.Contains("another version", Assert.Throws<ProfileException>(() => ProfileReader.Parse(Encoding.UTF8.GetBytes("""{"version":9}"""), "p.json")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<ProfileException>(() => ProfileReader.Load("/no/such.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_fits_80_columns_and_says_whether_it_is_valid()
    {
        using FakeSystem pi = FakeSystem.Pi4();
        var machine = new VirtualMachine(pi);
        BoardProfile profile = machine.Profile(points: [new SweepPoint(1, [0], "Cortex-A72"), new SweepPoint(4, [0, 1, 2, 3], "all kinds")], model: machine.Model("a_rather_long_name_of_a_model_as_people_give_them_1.0_224.ekm"));
        string text = ProfileText.Of(profile);
        Assert.All(text.Split('\n'), static line => Assert.True(line.Length <= 80, line));
        Assert.Contains("Valid: nothing throttled", text, StringComparison.Ordinal);
        Assert.Contains("Energy: not measured.", text, StringComparison.Ordinal);
        Assert.Contains("NOT VALID: m.ekm, 1 thread on core 0: core 0 did something else", ProfileText.Of(new VirtualMachine(pi) { Theft = 2 }.Profile()), StringComparison.Ordinal);
        Assert.All(ProfileComparison.ToText(ProfileComparison.Of(profile, profile, 0.05), "earlier.json", 0.05).Split('\n'), static line => Assert.True(line.Length <= 80, line));
    }

    /// <summary>A profile with one point whose rounds have these medians.</summary>
    private BoardProfile Profile(double[] rounds)
    {
        BoardProfile profile = new VirtualMachine(_system).Profile();
        PointProfile point = profile.Models[0].Points[0];
        return profile with { Models = [profile.Models[0] with { Points = [point with { Rounds = [.. rounds.Select(ms => point.Rounds[0] with { MedianMs = ms })] }] }] };
    }
}
