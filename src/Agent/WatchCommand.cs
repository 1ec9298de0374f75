using System.Diagnostics;
using EdgeKit.Devices;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent watch</c>: runs models on a camera until it ends or is told to stop, a line a frame and a summary at the end.</summary>
internal static class WatchCommand
{
    private const int DefaultTop = 1;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Names of the options with a value, which are also those of a file of settings.</summary>
    internal static readonly string[] Options = [.. CameraChoice.Options, "--slots", "--frames", "--top", "--threads", "--cores", "--config", "--tile", .. Onlookers.Options];

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], [.. Options, "--settings"]);
        if (arguments.Text("--settings") is { } settings) arguments = new Arguments(Settings.Add(args, settings, Options), ["--json"], [.. Options, "--settings"]);
        string? folder = arguments.Text("--slots");
        if (folder is null ? arguments.Rest.Count == 0 : arguments.Rest.Count > 0)
            throw new UsageException("watch takes one or more models: edgekit-agent watch MODEL.ekm --camera CAMERA, or --slots DIR instead of them");
        int? most = arguments.Number("--frames", 1, int.MaxValue);
        int top = arguments.Number("--top", 1, 1000) ?? DefaultTop;
        using Audience audience = Onlookers.Of(arguments, Tell);
        using WatchedModels models = Load(arguments, folder);
        Watch(models, CameraChoice.Open(arguments, "watch", Tell), results => new WatchReport(output, results, top, arguments.Has("--json")), most, cancel, audience);
    }

    /// <summary>Runs the models on each frame; stops at the source's end, after <paramref name="most"/> frames, or when cancelled, which is an ordinary end.</summary>
    internal static void Watch(WatchedModels models, IFrameSource camera, Func<ModelResult[], WatchReport> reportOf, int? most, CancellationToken cancel, Audience? audience = null)
    {
        audience ??= new Audience([], []);
        using var pump = new FramePump(camera, cancel);
        using var service = new ServiceNotifier();
        var latency = new LatencyRecorder();
        WatchReport report = reportOf(models.Results);
        audience.Begin(new WatchFacts(camera, pump, latency, audience.Sinks), models);
        long start = Stopwatch.GetTimestamp();
        for (long count = 0; most is null || count < most;)
        {
            CapturedFrame? frame = pump.Take(Turn, out bool isLate);
            // A camera that is gone is waited for; that is no reason to be started anew.
            service.Alive();
            if (isLate) continue;
            if (frame is null) break;
            count++;
            if (models.Refresh())
            {
                report.Dispose();
                report = reportOf(models.Results);
                audience.ModelChanged(models);
            }
            Look(models, frame, report, latency, audience);
            if (models.Worked()) audience.ModelChanged(models);
        }
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        audience.End();
        report.WriteSummary(new WatchSummary(camera.Name, latency, pump.Dropped, pump.Lost, (camera as ReconnectingSource)?.Reconnects ?? 0, time, audience.Sinks));
        report.Dispose();
    }

    private static void Look(WatchedModels models, CapturedFrame frame, WatchReport report, LatencyRecorder latency, Audience audience)
    {
        (long sequence, long captured, int width, int height) = (frame.Sequence, frame.Timestamp, frame.Width, frame.Height);
        // A picture goes back to the camera as soon as the models have it, unless somebody is to see it with its result.
        bool isShown = audience.IsAsking;
        try
        {
            models.Feed(frame.Picture, captured);
            if (isShown) Answer();
        }
        finally
        {
            // Once: the camera may have lent it again since, to somebody else.
            frame.Return();
        }
        if (!isShown) Answer();

        void Answer()
        {
            models.Run(captured, width, height);
            double milliseconds = models.Results[^1].Milliseconds;
            latency.Record(milliseconds);
            report.Write(sequence);
            audience.Count(milliseconds, report);
            if (isShown) audience.Show(frame.Picture, models.Results, report.Json());
        }
    }

    private static WatchedModels Load(Arguments arguments, string? folder)
    {
        ThreadChoice threads = arguments.Threads();
        TileChoice? tiles = TileChoice.Of(arguments);
        AgentModel LoadOne(string path) => AgentModel.Load(path, threads, arguments.Text("--config"), tiles);
        if (folder is not null) return new WatchedModels(new WatchedModel(new ModelSlots(folder), LoadOne, Tell));
        var models = new List<WatchedModel>();
        try
        {
            foreach (string path in arguments.Rest)
            {
                if (models.Any(model => model.Name == path)) throw new UsageException($"{path} is given twice");
                models.Add(new WatchedModel(path, LoadOne));
            }
            return new WatchedModels([.. models]);
        }
        catch
        {
            foreach (WatchedModel model in models) model.Dispose();
            throw;
        }
    }

    private static void Tell(string line) => Console.Error.WriteLine($"edgekit-agent: {line}");
}
