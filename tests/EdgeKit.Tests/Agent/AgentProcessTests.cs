using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeKit.Devices;
using EdgeKit.Devices.Slots;
using EdgeKit.Tests.Cli;
using Xunit;

namespace EdgeKit.Tests.Agent;

/// <summary>The agent as a process that gets signals. A model that it stores comes through a pipe, so that it is known how far it is when a signal comes. tests/Aot/run does this with the published program.</summary>
public sealed class AgentProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Tool _tool = new();
    private readonly string _model;

    public AgentProcessTests()
    {
        _model = _tool.At("model.ekm");
        File.WriteAllText(_tool.At("model.json"), """{ "task": "classify", "width": 32, "height": 32, "mean": [128, 128, 128], "std": [64, 64, 64] }""");
        Assert.Equal(0, Tool.Run("compile", _tool.Net(), "--config", _tool.At("model.json"), "--out", _model).ExitCode);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void SIGTERM_is_an_ordinary_end_with_whole_lines_and_a_whole_recording()
    {
        if (!OperatingSystem.IsLinux()) return;
        using Process agent = Start("watch", _model, "--camera", "scenes:3", "--size", "64x48", "--json", "--record", _tool.At("record"), "--record-fps", "60");
        var lines = new List<string>();
        for (int i = 0; i < 20; i++) lines.Add(agent.StandardOutput.ReadLine()!);
        Signal(agent, "TERM");
        while (agent.StandardOutput.ReadLine() is { } line) lines.Add(line);
        Assert.True(agent.WaitForExit(Patience));
        Assert.Equal((0, ""), (agent.ExitCode, agent.StandardError.ReadToEnd()));
        JsonElement summary = JsonDocument.Parse(lines[^1]).RootElement.GetProperty("summary");
        Assert.Equal(lines.Count - 1, summary.GetProperty("frames").GetInt32());
        Assert.All(lines[..^1].Select(static (line, i) => (line, i)), static l => Assert.Equal(l.i, JsonDocument.Parse(l.line).RootElement.GetProperty("frame").GetInt32()));
        using IFrameSource played = CameraList.Open(Directory.GetFiles(_tool.At("record")).Single(), new CameraRequest(), static _ => { });
        int pictures = 0;
        for (; played.Capture(CancellationToken.None) is { } frame; pictures++) frame.Return();
        Assert.InRange(pictures, 1, lines.Count);
    }

    [Fact]
    public void SIGTERM_lets_an_update_be_finished_and_SIGKILL_leaves_the_model_before()
    {
        if (!OperatingSystem.IsLinux()) return;
        string folder = _tool.At("slots"), pipe = _tool.At("pipe");
        Run("mkfifo", pipe);
        var slots = new ModelSlots(folder, [], new DurableFiles());
        byte[] content = File.ReadAllBytes(_model);
        using (Process agent = Start("update", "--slots", folder, "--from", pipe))
        {
            Send(agent, pipe, content, 0.5, "TERM");
            Assert.True(agent.WaitForExit(Patience));
            Assert.Equal((0, ""), (agent.ExitCode, agent.StandardError.ReadToEnd()));
        }
        SlotModel stored = slots.Current()!;
        Assert.Equal(content, File.ReadAllBytes(stored.Path));
        slots.Confirm(slots.Start(static _ => { }));
        foreach (double share in (double[])[0, 0.3, 0.99])
        {
            using Process agent = Start("update", "--slots", folder, "--from", pipe);
            Send(agent, pipe, content, share, "KILL");
            Assert.True(agent.WaitForExit(Patience));
            SlotModel left = slots.Start(static _ => { });
            Assert.Equal((stored.Slot, stored.Sha256, false), (left.Slot, left.Sha256, left.IsOnTrial));
            Assert.Null(slots.ProblemOf(left.Slot));
        }
    }

    /// <summary>Writes a share of a file into a pipe that a process reads, signals the process, and writes the rest where it still reads.</summary>
    private static void Send(Process process, string pipe, byte[] content, double share, string signal)
    {
        // To open it waits for who reads.
        Task<FileStream> opening = Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        Assert.True(opening.Wait(Patience));
        using FileStream stream = opening.Result;
        int first = (int)(content.Length * share);
        stream.Write(content.AsSpan(0, first));
        Signal(process, signal);
        if (signal == "KILL")
        {
            Assert.True(process.WaitForExit(Patience));
            return;
        }
        stream.Write(content.AsSpan(first));
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "edgekit-agent.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static void Signal(Process process, string signal) => Run("kill", "-s", signal, process.Id.ToString(CultureInfo.InvariantCulture));

    private static void Run(string program, params string[] arguments)
    {
        // The shell has kill itself.
        var start = new ProcessStartInfo("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{program} \"$@\"");
        start.ArgumentList.Add("sh");
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
