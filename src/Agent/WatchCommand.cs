using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent watch</c>: runs a model on a camera until it ends or is told to stop, a line a frame and a summary at the end.</summary>
internal static class WatchCommand
{
    private const int DefaultTop = 1;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Names of the options with a value, which are also those of a file of settings.</summary>
    internal static readonly string[] Options = [.. CameraChoice.Options, "--slots", "--frames", "--top", "--threads", "--cores", "--config", .. Onlookers.Options];

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], [.. Options, "--settings"]);
        if (arguments.Text("--settings") is { } settings) arguments = new Arguments(Settings.Add(args, settings, Options), ["--json"], [.. Options, "--settings"]);
        string? folder = arguments.Text("--slots");
        if (arguments.Rest.Count != (folder is null ? 1 : 0)) throw new UsageException("watch takes one model: edgekit-agent watch MODEL.ekm --camera CAMERA, or --slots DIR instead of it");
        int? most = arguments.Number("--frames", 1, int.MaxValue);
        int top = arguments.Number("--top", 1, 1000) ?? DefaultTop;
        ThreadChoice threads = arguments.Threads();
        AgentModel Load(string path) => AgentModel.Load(path, threads, arguments.Text("--config"));
        using IOnlooker? onlooker = Onlookers.Of(arguments, Tell);
        using WatchedModel model = folder is null ? new WatchedModel(arguments.Rest[0], Load) : new WatchedModel(new ModelSlots(folder), Load, Tell);
        Watch(model, CameraChoice.Open(arguments, "watch", Tell), m => new WatchReport(output, m, top, arguments.Has("--json")), most, cancel, onlooker);
    }

    /// <summary>Runs the model on each frame; stops at the source's end, after <paramref name="most"/> frames, or when cancelled, which is an ordinary end.</summary>
    internal static void Watch(WatchedModel model, IFrameSource camera, Func<AgentModel, WatchReport> reportOf, int? most, CancellationToken cancel, IOnlooker? onlooker = null)
    {
        using var pump = new FramePump(camera, cancel);
        using var service = new ServiceNotifier();
        var latency = new LatencyRecorder();
        WatchReport report = reportOf(model.Model);
        onlooker?.Begin(camera, pump, latency, model);
        long start = Stopwatch.GetTimestamp();
        for (long count = 0; most is null || count < most;)
        {
            CapturedFrame? frame = pump.Take(Turn, out bool isLate);
            // A camera that is gone is waited for; that is no reason to be started anew.
            service.Alive();
            if (isLate) continue;
            if (frame is null) break;
            count++;
            if (model.Refresh())
            {
                report.Dispose();
                report = reportOf(model.Model);
                onlooker?.ModelChanged(model);
            }
            Look(model.Model, frame, report, latency, onlooker);
            if (model.Worked()) onlooker?.ModelChanged(model);
        }
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        report.WriteSummary(new WatchSummary(camera.Name, latency, pump.Dropped, pump.Lost, (camera as ReconnectingSource)?.Reconnects ?? 0, time));
        report.Dispose();
    }

    private static void Look(AgentModel model, CapturedFrame frame, WatchReport report, LatencyRecorder latency, IOnlooker? onlooker)
    {
        (long sequence, long captured, int width, int height) = (frame.Sequence, frame.Timestamp, frame.Width, frame.Height);
        // A picture goes back to the camera as soon as the model has it, unless somebody is to see it with its result.
        bool isShown = onlooker is { IsAsking: true };
        try
        {
            ImageMapping mapping = model.Feed(frame.Picture);
            if (!isShown) frame.Return();
            model.Session.Run();
            Findings? findings = model.Find(width, height, mapping);
            double milliseconds = latency.Record(captured, Stopwatch.GetTimestamp());
            report.Write(sequence, milliseconds, findings);
            onlooker?.Count(milliseconds);
            if (isShown) onlooker!.Show(frame.Picture, findings, model.Decoder?.Labels ?? model.Labels, report.Json(sequence, milliseconds, findings));
        }
        finally
        {
            frame.Return();
        }
    }

    private static void Tell(string line) => Console.Error.WriteLine($"edgekit-agent: {line}");
}
