using System.Text.Json;
using EdgeKit.Agent;
using EdgeKit.Devices;
using EdgeKit.Tests.Cli;
using Xunit;

namespace EdgeKit.Tests.Agent;

public sealed class WatchTests : IDisposable
{
    private readonly Tool _tool = new();
    private readonly string _model;

    public WatchTests()
    {
        _model = _tool.At("model.ekm");
        File.WriteAllText(_tool.At("model.json"), """
            { "task": "classify", "width": 32, "height": 32, "color": "RGB", "fit": "stretch", "mean": [128, 128, 128], "std": [64, 64, 64] }
            """);
        Assert.Equal(0, Tool.Run("new", "shufflenet-v2", "--width", "0.5", "--size", "32", "--classes", "10", "--out", _tool.At("model.onnx")).ExitCode);
        Assert.Equal(0, Tool.Run("compile", _tool.At("model.onnx"), "--config", _tool.At("model.json"), "--out", _model).ExitCode);
        File.WriteAllBytes(_tool.At("video.y4m"), Video(20));
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Every_frame_of_a_file_gets_a_line_of_JSON_and_the_end_a_summary()
    {
        (int code, string output, string errors) = Watch("--camera", _tool.At("video.y4m"), "--json", "--top", "3");
        Assert.Equal((0, ""), (code, errors));
        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(21, lines.Length);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(i, lines[i].GetProperty("frame").GetInt64());
            double[] scores = [.. lines[i].GetProperty("top").EnumerateArray().Select(static t => t.GetProperty("score").GetDouble())];
            Assert.Equal(3, scores.Length);
            Assert.Equal(scores.OrderDescending(), scores);
        }
        JsonElement summary = lines[20].GetProperty("summary"), latency = summary.GetProperty("latency_ms");
        Assert.Equal((20, 0, 0), (summary.GetProperty("frames").GetInt64(), summary.GetProperty("dropped").GetInt64(), summary.GetProperty("lost").GetInt64()));
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 0.001, latency.GetProperty("p99").GetDouble());
        Assert.InRange(latency.GetProperty("p99").GetDouble(), 0.001, latency.GetProperty("max").GetDouble() + 0.001);
    }

    [Fact]
    public void Best_classes_are_those_that_run_finds()
    {
        string picture = _tool.At("scene.png");
        EdgeKit.Imaging.ImageFile.Save(EdgeKit.Imaging.Scenes.SceneRenderer.Render(3, 64, 48).Frame, picture);
        string watched = Watch("--camera", "scenes:3", "--size", "64x48", "--frames", "1", "--json", "--top", "4").Output.Split('\n')[0];
        using var output = new StringWriter();
        Assert.Equal(0, EdgeKit.Agent.CommandLine.Run(["run", _model, picture, "--json", "--top", "4"], output, TextWriter.Null, CancellationToken.None));
        JsonElement expected = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("images")[0].GetProperty("outputs")[0].GetProperty("top");
        JsonElement actual = JsonDocument.Parse(watched).RootElement.GetProperty("top");
        Assert.Equal(Pairs(expected), Pairs(actual));
    }

    [Fact]
    public void Frames_after_the_first_allocate_nothing()
    {
        using var model = new WatchedModel(_model, static path => AgentModel.Load(path, new ThreadChoice(1, null), null));
        long Allocated(int frames)
        {
            using var output = new StreamWriter(Stream.Null);
            var report = new WatchReport(output, model.Model, 3, isJson: true);
            var video = new Y4mSource(new MemoryStream(Video(frames)), "video");
            long before = GC.GetAllocatedBytesForCurrentThread();
            WatchCommand.Watch(model, video, _ => report, most: null, CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(20);
        Assert.Equal(Allocated(20), Allocated(200));
    }

    [Fact]
    public void Being_told_to_stop_is_an_ordinary_end_with_its_summary()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        using var output = new StringWriter();
        int code = EdgeKit.Agent.CommandLine.Run(["watch", _model, "--camera", "scenes", "--size", "64x48", "--json"], output, TextWriter.Null, stop.Token);
        Assert.Equal(0, code);
        Assert.Contains("\"summary\"", output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_work_is_one_line_and_an_exit_code()
    {
        Assert.Equal(2, Watch().Code);
        Assert.Equal(2, Watch("--camera", "scenes", "--size", "8").Code);
        (int code, _, string errors) = Watch("--camera", _tool.At("missing.y4m"));
        Assert.Equal(1, code);
        Assert.Contains("there is no such file", errors, StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        (code, _, errors) = Watch("--camera", "/dev/video987");
        Assert.Equal(5, code);
        Assert.Contains("/dev/video987: there is no such camera", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_model_in_slots_is_confirmed_by_its_frames_and_a_bad_one_does_not_get_in()
    {
        string slots = _tool.At("slots"), other = _tool.At("other.ekm"), bad = _tool.At("bad.ekm");
        Assert.Equal(0, Tool.Run("new", "shufflenet-v2", "--width", "0.5", "--size", "32", "--classes", "10", "--seed", "2", "--out", _tool.At("other.onnx")).ExitCode);
        Assert.Equal(0, Tool.Run("compile", _tool.At("other.onnx"), "--config", _tool.At("model.json"), "--out", other).ExitCode);
        File.WriteAllBytes(bad, File.ReadAllBytes(other)[..5000]);
        Assert.Equal(0, Agent("update", "--slots", slots, "--from", _model).Code);
        Assert.Contains("on trial", Agent("slots", "--slots", slots).Output, StringComparison.Ordinal);
        Assert.Equal(0, Agent("watch", "--slots", slots, "--camera", "scenes", "--size", "64x48", "--frames", "31").Code);
        Assert.DoesNotContain("on trial", Agent("slots", "--slots", slots).Output, StringComparison.Ordinal);
        (int code, _, string errors) = Agent("update", "--slots", slots, "--from", bad);
        Assert.Equal(4, code);
        Assert.Contains("truncated or damaged", errors, StringComparison.Ordinal);
        Assert.Contains("slot a is used,", Agent("slots", "--slots", slots).Output, StringComparison.Ordinal);
        Assert.Equal(0, Agent("update", "--slots", slots, "--from", other).Code);
        Assert.Contains("slot b is used, on trial", Agent("slots", "--slots", slots).Output, StringComparison.Ordinal);
        Assert.Contains("slot a, SHA-256", Agent("update", "--slots", slots, "--roll-back").Output, StringComparison.Ordinal);
        Assert.Equal(2, Agent("update", "--slots", slots).Code);
        Assert.Equal(2, Agent("watch", _model, "--slots", slots, "--camera", "scenes").Code);
        Assert.Equal(4, Agent("slots", "--slots", _tool.At("nothing")).Code);
    }

    [Fact]
    public void Settings_are_options_in_a_file_and_what_is_wrong_in_it_is_said()
    {
        string file = _tool.At("agent.conf");
        File.WriteAllText(file, $"# a comment\n\ncamera = {_tool.At("video.y4m")}\nframes = 5\n");
        Assert.Equal(6, Watch("--settings", file, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(4, Watch("--settings", file, "--json", "--frames=3").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach ((string text, string message) in ((string, string)[])[
            ("camra = x", "agent.conf:1: there is no setting \"camra\"; there are camera, size"), ("\nframes", "agent.conf:2: a line is \"name = value\", not \"frames\""),
            ("frames = 1\nframes = 2", "agent.conf:2: \"frames\" is set twice"), ("frames = none", "--frames takes a number"), ("settings = x", "there is no setting \"settings\"")])
        {
            File.WriteAllText(file, text);
            (int code, _, string errors) = Watch("--settings", file);
            Assert.Equal(2, code);
            Assert.Contains(message, errors, StringComparison.Ordinal);
        }
        Assert.Contains("nothing.conf: there is no such file", Watch("--settings", _tool.At("nothing.conf")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Camera_says_what_it_delivers_and_saves_a_picture()
    {
        string picture = _tool.At("picture.ppm");
        (int code, string output, _) = Agent("camera", "--camera", _tool.At("video.y4m"), "--out", picture);
        Assert.Equal(0, code);
        Assert.Contains("16x12 I420, Bt601Limited", output, StringComparison.Ordinal);
        EdgeKit.Imaging.Frame saved = EdgeKit.Imaging.ImageFile.Load(picture);
        Assert.Equal((16, 12), (saved.Width, saved.Height));
        Assert.Equal(2, Agent("camera").Code);
        Assert.Equal(2, Agent("camera", "--camera", "scenes", "--format", "raw").Code);
    }

    private static string[] Pairs(JsonElement top) => [.. top.EnumerateArray().Select(static t => $"{t.GetProperty("class")} {t.GetProperty("score")}")];

    private static byte[] Video(int frames)
    {
        byte[] frame = [.. "FRAME\n"u8, .. Enumerable.Range(0, 16 * 12 * 3 / 2).Select(static i => (byte)(i * 7))];
        return [.. "YUV4MPEG2 W16 H12 F30:1 C420\n"u8, .. Enumerable.Repeat(frame, frames).SelectMany(static f => f)];
    }

    private (int Code, string Output, string Errors) Watch(params string[] arguments)
    {
        return Agent(["watch", _model, .. arguments]);
    }

    private static (int Code, string Output, string Errors) Agent(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(arguments, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
