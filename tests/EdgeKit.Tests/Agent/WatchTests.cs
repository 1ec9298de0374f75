using System.Text.Json;
using EdgeKit.Agent;
using EdgeKit.Devices;
using EdgeKit.Imaging;
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Frames_after_the_first_allocate_nothing(int count)
    {
        // Twice the same, so that the second takes the first's input.
        string copy = _tool.At("copy.ekm");
        File.Copy(_model, copy);
        using var models = new WatchedModels([.. ((string[])[_model, copy]).Take(count).Select(static path => new WatchedModel(path, Load))]);
        long Allocated(int frames)
        {
            using var output = new StreamWriter(Stream.Null);
            var report = new WatchReport(output, models.Results, 3, isJson: true);
            var video = new Y4mSource(new MemoryStream(Video(frames)), "video");
            long before = GC.GetAllocatedBytesForCurrentThread();
            WatchCommand.Watch(models, video, _ => report, most: null, CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(20);
        Assert.Equal(Allocated(20), Allocated(200));
    }

    [Fact]
    public void A_frame_is_given_back_once_since_its_source_may_have_lent_it_again()
    {
        using var models = new WatchedModels(new WatchedModel(_model, Load));
        using var source = new EagerSource(12);
        WatchCommand.Watch(models, source, results => new WatchReport(TextWriter.Null, results, 3, isJson: true), most: null, CancellationToken.None);
        Assert.Equal(12, source.TakenBack);
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

    [Fact]
    public void Several_models_share_a_frame_and_each_finds_what_it_finds_alone()
    {
        string other = _tool.At("other.ekm"), wide = _tool.At("wide.ekm");
        Compile("other.onnx", 2, "model.json", other, 32);
        File.WriteAllText(_tool.At("wide.json"), """{ "task": "classify", "width": 64, "height": 64, "mean": [128, 128, 128], "std": [64, 64, 64] }""");
        Compile("wide.onnx", 3, "wide.json", wide, 64);
        string[] models = [_model, other, wide];
        string[][] alone = [.. models.Select(model => Lines(Agent("watch", model, "--camera", "scenes:5", "--size", "64x48", "--frames", "4", "--json", "--top", "3").Output))];
        string[] lines = Lines(Agent(["watch", .. models, "--camera", "scenes:5", "--size", "64x48", "--frames", "4", "--json", "--top", "3"]).Output);
        Assert.Equal(5, lines.Length);
        for (int frame = 0; frame < 4; frame++)
        {
            JsonElement line = JsonDocument.Parse(lines[frame]).RootElement;
            JsonElement[] parts = [.. line.GetProperty("models").EnumerateArray()];
            Assert.Equal(models, parts.Select(static p => p.GetProperty("model").GetString()));
            for (int i = 0; i < models.Length; i++) Assert.Equal(Pairs(JsonDocument.Parse(alone[i][frame]).RootElement.GetProperty("top")), Pairs(parts[i].GetProperty("top")));
            double[] latencies = [.. parts.Select(static p => p.GetProperty("latency_ms").GetDouble())];
            Assert.Equal(latencies.Order(), latencies);
            Assert.Equal(latencies[^1], line.GetProperty("latency_ms").GetDouble());
        }
        JsonElement summary = JsonDocument.Parse(lines[^1]).RootElement.GetProperty("summary");
        Assert.Equal(models, summary.GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("model").GetString()));
        Assert.Equal(4, summary.GetProperty("frames").GetInt64());
        string text = Agent(["watch", .. models, "--camera", "scenes:5", "--size", "64x48", "--frames", "1"]).Output;
        Assert.Matches($"(?m)^ +0 +[0-9.]+ ms  {_model}:  class [0-9] [-0-9.]+  {other}:  class .*  {wide}:  class ", text);
        (int code, _, string errors) = Agent("watch", _model, _model, "--camera", "scenes");
        Assert.Equal((2, $"edgekit-agent: {_model} is given twice\n"), (code, errors));
        (code, _, errors) = Agent("watch", _model, _tool.At("none.ekm"), "--camera", "scenes");
        Assert.Equal(4, code);
        Assert.Contains("none.ekm", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_is_made_once_for_models_whose_inputs_are_equal_to_the_byte()
    {
        string[] variants = ["", ", \"color\": \"BGR\"", ", \"mean\": [128, 128, 127]", ", \"fit\": \"letterbox\"", ", \"fit\": \"letterbox\", \"pad\": 5"];
        string[] models = [.. variants.Select((extra, i) =>
        {
            string config = _tool.At($"v{i}.json"), mean = extra.Contains("mean", StringComparison.Ordinal) ? "" : ", \"mean\": [128, 128, 128]";
            File.WriteAllText(config, $$"""{ "task": "classify", "width": 32, "height": 32{{mean}}, "std": [64, 64, 64]{{extra}} }""");
            Compile("model.onnx", null, $"v{i}.json", _tool.At($"v{i}.ekm"), 32);
            return _tool.At($"v{i}.ekm");
        })];
        string same = _tool.At("same.ekm");
        File.Copy(models[1], same);
        using var watched = new WatchedModels([.. models.Append(same).Select(static path => new WatchedModel(path, Load))]);
        Assert.Equal(variants.Length, watched.Inputs);
        EdgeKit.Imaging.Frame picture = EdgeKit.Imaging.Scenes.SceneRenderer.Render(3, 60, 40).Frame;
        watched.Feed(picture.Raw, captured: 0);
        byte[][] inputs = [.. watched.All.Select(static m => m.Model.Session.InputBytes(0).ToArray())];
        Assert.Equal(inputs[1], inputs[^1]);
        Assert.Equal(variants.Length, inputs.Select(Convert.ToHexString).Distinct().Count());
        // What one is fed alone is what it is fed with the others.
        using AgentModel alone = Load(same);
        alone.Feed(picture.Raw);
        Assert.Equal(alone.Session.InputBytes(0).ToArray(), inputs[^1]);
    }

    [Fact]
    public void A_model_that_does_not_load_gives_way_at_the_start_and_does_not_get_in_later()
    {
        string folder = _tool.At("slots"), bad = _tool.At("bad.ekm");
        File.WriteAllBytes(bad, File.ReadAllBytes(_model)[..5000]);
        var slots = new ModelSlots(folder, [], new EdgeKit.Devices.Slots.DurableFiles());
        slots.Confirm(slots.Update(_model, static _ => { }));
        // Stored whole, but not tried, as by another agent.
        slots.Update(bad, static _ => { });
        (int code, _, string errors) = Agent("watch", "--slots", folder, "--camera", "scenes", "--size", "64x48", "--frames", "1");
        Assert.Equal(0, code);
        Assert.Equal('a', slots.Current()!.Slot);
        var clock = new EdgeKit.Tests.Agent.Web.SetClock();
        var told = new List<string>();
        using var model = new WatchedModel(slots, Load, told.Add, clock);
        AgentModel first = model.Model;
        slots.Update(bad, static _ => { });
        Assert.False(model.Refresh());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(model.Refresh());
        Assert.Same(first, model.Model);
        Assert.Contains("back to the model before", Assert.Single(told), StringComparison.Ordinal);
        // A good one does, at the next look.
        string other = _tool.At("other.ekm");
        Compile("other.onnx", 2, "model.json", other, 32);
        slots.Update(other, static _ => { });
        Assert.False(model.Refresh());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(model.Refresh());
        Assert.Contains("takes over", told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_behind_stdout_is_one_line_and_exit_code_1()
    {
        if (!File.Exists("/dev/full")) return;
        using var output = new StreamWriter(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        using StringWriter errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(["watch", _model, "--camera", "scenes", "--size", "64x48", "--json"], output, errors, CancellationToken.None);
        Assert.Equal(1, code);
        Assert.Matches("^edgekit-agent: .*[Ss]pace.*\n$", errors.ToString());
    }

    private static AgentModel Load(string path) => AgentModel.Load(path, new ThreadChoice(1, null), null);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Compiles a net, made anew where there is a seed.</summary>
    private void Compile(string net, int? seed, string config, string target, int size)
    {
        if (seed is not null) Assert.Equal(0, Tool.Run("new", "shufflenet-v2", "--width", "0.5", "--size", $"{size}", "--classes", "10", "--seed", $"{seed}", "--out", _tool.At(net)).ExitCode);
        Assert.Equal(0, Tool.Run("compile", _tool.At(net), "--config", _tool.At(config), "--out", target).ExitCode);
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

    // A camera with one buffer, which it lends again as soon as it has it back.
    private sealed class EagerSource : IFrameSource, IFrameOwner
    {
        private static readonly FrameLayout Layout = FrameLayout.Packed(PixelFormat.Rgb24, 64, 48);
        private readonly CapturedFrame _frame;
        private int _left;

        public EagerSource(int frames)
        {
            _left = frames;
            _frame = new CapturedFrame(this, 0, new byte[Layout.ByteCount]);
            _frame.Describe(Layout);
        }

        public string Name => "eager";

        public int Width => Layout.Width;

        public int Height => Layout.Height;

        public bool IsLive => false;

        public int TakenBack { get; private set; }

        public CapturedFrame? Capture(CancellationToken cancel) => _left-- > 0 ? Lend() : null;

        public void TakeBack(CapturedFrame frame)
        {
            TakenBack++;
            Lend();
        }

        public void Dispose()
        {
        }

        private CapturedFrame Lend() => _frame.Lend(Layout.ByteCount, 0, 0);
    }
}
