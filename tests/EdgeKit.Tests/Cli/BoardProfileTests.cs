using System.Xml.Linq;
using EdgeKit.Cli.Boards;
using EdgeKit.Devices.Profiling;
using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Tests.Devices.Boards;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary>Profiles of boards in the workstation's tool. The board is a script in ssh's place, which runs here what ssh would run there.</summary>
public sealed class BoardProfileTests : IDisposable
{
    private readonly Tool _tool = new();
    private readonly FakeSystem _system = FakeSystem.Pi4();

    public void Dispose()
    {
        _tool.Dispose();
        _system.Dispose();
    }

    [Theory]
    [InlineData("mobilenet-v1")]
    [InlineData("mobilenet-v3-small")]
    [InlineData("shufflenet-v2")]
    [InlineData("squeezenet-1.1")]
    [InlineData("resnet-8")]
    public void The_layers_of_a_profile_are_those_that_budgets_count(string zoo)
    {
        string net = _tool.At("net.onnx"), ekm = _tool.At("net.ekm");
        Assert.Equal(0, Tool.Run(["new", zoo, "--size", "32", "--classes", "10", .. zoo is "mobilenet-v1" or "shufflenet-v2" ? (string[])["--width", "0.5"] : [], "--out", net]).ExitCode);
        Assert.Equal(0, Tool.Run("compile", net, "--out", ekm).ExitCode);
        BoardProfile profile = Profiled(ekm, 5);
        string[] counted = [.. EdgeKit.Cli.Models.OnnxModel.Load(net, null, null).Graph.Nodes.Select(static n => LayerShape.Of(n, int8: false)).OfType<LayerShape>().Select(Text)];
        Assert.Equal(counted.Order(StringComparer.Ordinal), profile.Models[0].Layers.Select(static l => l.Target).OfType<TargetLayer>().Select(static t => $"{t}").Order(StringComparer.Ordinal));
        // All of them together take what the model takes.
        TargetProfile target = Target(profile);
        Assert.Equal("Raspberry Pi 4 Model B Rev 1.4", target.Name);
        Assert.Equal(5, target.Layers.Sum(l => l.Ms * counted.Count(c => c == Text(l.Shape))), 1e-4);

        static string Text(LayerShape s) => $"{new TargetLayer($"{s.Kind}".ToLowerInvariant(), s.Int8, s.Inputs, s.Outputs, s.Height, s.Width, s.KernelHeight, s.KernelWidth, s.Stride, s.Groups)}";
    }

    [Fact]
    public void A_model_is_pruned_to_a_latency_on_the_board_that_its_profile_tells()
    {
        string net = _tool.Net(), pictures = _tool.Pictures(10), profile = _tool.At("profile.json");
        Outcome whole = Tool.Run("quantize", net, "--calib", pictures, "--out", _tool.At("q.onnx"));
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Equal(0, Tool.Run("compile", _tool.At("q.onnx"), "--out", _tool.At("q.ekm")).ExitCode);
        Save(profile, Profiled(_tool.At("q.ekm"), 4));
        Outcome pruned = Tool.Run("compress", net, "--calib", pictures, "--latency-ms", "3.7", "--target", profile, "--out", _tool.At("pruned"), "--json");
        Assert.True(pruned.ExitCode == 0, pruned.Error);
        long macs = Macs(_tool.At("pruned/net.onnx")), all = Macs(net);
        Assert.InRange(macs, 1, all - 1);
        // A disturbed run is no target.
        Save(profile, new VirtualMachine(_system) { Theft = 2 }.Profile());
        Outcome refused = Tool.Run("prune", net, "--latency-ms", "3", "--target", profile, "--out", _tool.At("p.onnx"));
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("its run was disturbed (m.ekm, 1 thread on core 0: core 0 did something else", refused.LastError, StringComparison.Ordinal);
        Assert.False(File.Exists(_tool.At("p.onnx")));
    }

    [Fact]
    public void A_profile_is_shown_again_with_a_page_of_its_own()
    {
        string profile = _tool.At("p.json"), page = _tool.At("p.html");
        Save(profile, new VirtualMachine(_system).Profile(points: [new SweepPoint(1, [0], null), new SweepPoint(2, [0, 1], null)]));
        Outcome outcome = Tool.Run("profile", "--from", profile, "--html", page);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("Cortex-A72", outcome.Output, StringComparison.Ordinal);
        XDocument html = XDocument.Load(page);
        // Latencies, clock, temperature.
        Assert.Equal(3, html.Descendants().Count(static e => e.Name.LocalName == "svg"));
        Assert.DoesNotContain(html.Descendants(), static e => e.Name.LocalName is "script" or "link" or "img");
        Assert.Contains("a&b", html.Descendants().Where(static e => e.Name.LocalName == "td").Select(static e => e.Value));
        Assert.Contains("not measured", html.ToString(), StringComparison.Ordinal);
        Save(profile, new VirtualMachine(_system) { Theft = 2 }.Profile());
        outcome = Tool.Run("profile", "--from", profile, "--html", page);
        Assert.Equal(6, outcome.ExitCode);
        Assert.Contains("NOT VALID", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Not valid: m.ekm", XDocument.Load(page).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_profiles_are_compared_and_a_slower_one_is_exit_code_3()
    {
        string earlier = _tool.At("e.json"), now = _tool.At("n.json");
        Save(earlier, new VirtualMachine(_system).Profile());
        Save(now, new VirtualMachine(_system) { ModelMs = 2.2 }.Profile());
        Outcome outcome = Tool.Run("profile", "--from", now, "--compare", earlier);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal($"edgekit: slower than {earlier} by more than 5 %: m.ekm, 1 thread on core 0 (10.0 %)", outcome.LastError);
        Assert.Equal(0, Tool.Run("profile", "--from", now, "--compare", earlier, "--bound", "12").ExitCode);
        Assert.Equal(0, Tool.Run("profile", "--from", earlier, "--compare", now).ExitCode);
        using FakeSystem orin = FakeSystem.Orin();
        Save(now, new VirtualMachine(orin).Profile());
        outcome = Tool.Run("profile", "--from", now, "--compare", earlier);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("is of another machine", outcome.LastError, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run("profile", "--from", now, "--compare", earlier, "--across").ExitCode);
    }

    [Fact]
    public void A_board_is_profiled_by_ssh_and_odd_names_reach_it_as_they_are()
    {
        if (!OperatingSystem.IsLinux()) return;
        string odd = _tool.At("it's $(touch pwned) \"m\"; `id` & x.ekm"), agent = Agent(0), json = _tool.At("out.json");
        File.WriteAllText(odd, "model");
        Save(_tool.At("fixture.json"), new VirtualMachine(_system).Profile());
        Outcome outcome = Tool.Run("profile", odd, "--host", "pi@board", "--ssh", Ssh(), "--ssh-option", "Port=2222", "--ssh-option", "User=a b", "--agent", agent, "--threads", "1,2", "--rounds", "3", "--out", json);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("Cortex-A72", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(json) && File.Exists(_tool.At("out.html")));
        string[] seen = File.ReadAllLines(_tool.At("agent.log"));
        string folder = Path.GetDirectoryName(seen[2])!;
        Assert.Equal(["profile", "--out", $"{folder}/profile.json", "--threads", "1,2", "--rounds", "3", "--", $"{folder}/0/{Path.GetFileName(odd)}", "model"], seen);
        Assert.StartsWith("/tmp/edgekit-profile.", folder, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
        Assert.False(File.Exists(_tool.At("pwned")) || File.Exists("pwned"));
        Assert.All(File.ReadAllLines(_tool.At("ssh.log")), static line => Assert.Equal("-o Port=2222 -o User=a b -- pi@board", line));
    }

    [Theory]
    [InlineData(6, 6, "the profile is not valid")]
    [InlineData(4, 4, "failed with exit code 4")]
    [InlineData(126, 1, "does not run there")]
    [InlineData(127, 1, "is not installed there")]
    [InlineData(255, 1, "ssh failed")]
    public void What_fails_on_the_board_is_told_and_nothing_is_left_there(int code, int exitCode, string message)
    {
        if (!OperatingSystem.IsLinux()) return;
        string model = _tool.At("m.ekm"), json = _tool.At("out.json");
        File.WriteAllText(model, "model");
        Save(_tool.At("fixture.json"), new VirtualMachine(_system) { Theft = code == 6 ? 2 : 0 }.Profile());
        Outcome outcome = Tool.Run("profile", model, "--host", "board", "--ssh", Ssh(), "--agent", Agent(code), "--out", json);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(message, outcome.LastError, StringComparison.Ordinal);
        Assert.Equal(code == 6, File.Exists(json));
        Assert.False(Directory.Exists(Path.GetDirectoryName(File.ReadAllLines(_tool.At("agent.log"))[2])));
    }

    [Fact]
    public void A_board_that_cannot_be_reached_and_wrong_options_are_one_line()
    {
        if (!OperatingSystem.IsLinux()) return;
        string model = _tool.At("m.ekm"), ssh = Script("dead-ssh", "echo 'ssh: connect to host board port 22: No route to host' >&2; exit 255");
        File.WriteAllText(model, "model");
        Outcome outcome = Tool.Run("profile", model, "--host", "board", "--ssh", ssh, "--out", _tool.At("o.json"));
        Assert.Equal((1, "edgekit: board: no folder could be made there: ssh: connect to host board port 22: No route to host"), (outcome.ExitCode, outcome.LastError));
        Assert.Contains("cannot be started", Tool.Run("profile", model, "--host", "board", "--ssh", _tool.At("no-ssh"), "--out", _tool.At("o.json")).LastError, StringComparison.Ordinal);
        foreach (string[] wrong in (string[][])[[model, "--host", "-oProxyCommand=x"], [_tool.At("m.onnx"), "--host", "board"], ["--from", "x.json", model], ["--host", "board"], [model, "--out", "o.json", "--agent", "a"], [model, "--out", "o.json", "--runs", "3"], [model, "--out", "o.json", "--rounds", "1"], []])
            Assert.Equal(2, Tool.Run(["profile", .. wrong]).ExitCode);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("it's")]
    [InlineData("$HOME `id` $(id) \"x\" \\ ; & | < > * ? [a] {b,c} ~ # !")]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public void A_quoted_word_reaches_a_shell_as_it_is(string word)
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"printf %s {RemoteBoard.Quote(word)}");
        using var shell = System.Diagnostics.Process.Start(start)!;
        Assert.Equal(word, shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
    }

    private BoardProfile Profiled(string ekm, double ms)
    {
        var machine = new VirtualMachine(_system) { ModelMs = ms };
        return machine.Profile(new ProfileOptions { Rounds = 2, Round = TimeSpan.FromMilliseconds(10) }, model: machine.Real(ekm));
    }

    private static long Macs(string path) => ModelSummary.Of(EdgeKit.Cli.Models.OnnxModel.Load(path, null, null).Graph).Macs;

    private static TargetProfile Target(BoardProfile profile) => ProfileFile.Parse(System.Text.Encoding.UTF8.GetString(ProfileWriter.ToJson(profile)), "profile.json");

    private static void Save(string path, BoardProfile profile) => File.WriteAllBytes(path, ProfileWriter.ToJson(profile));

    /// <summary>Notes its options and host, and gives the command to a shell, as sshd does.</summary>
    private string Ssh() => Script("ssh", $"""
        line=
        while [ "$1" != -- ]; do line="$line$1 "; shift; done
        printf '%s\n' "$line-- $2" >>'{_tool.At("ssh.log")}'
        shift 2
        exec sh -c "$*"
        """);

    /// <summary>Notes its arguments and what is in the model, and delivers a profile.</summary>
    private string Agent(int code) => Script("agent", $"""
        for argument; do printf '%s\n' "$argument"; model=$argument; done >'{_tool.At("agent.log")}'
        cat "$model" >>'{_tool.At("agent.log")}'
        cp '{_tool.At("fixture.json")}' "$3"
        exit {code}
        """);

    private string Script(string name, string text)
    {
        string path = _tool.At(name);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
