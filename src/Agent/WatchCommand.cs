using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent watch</c>: runs a model on a camera until it ends or is told to stop, a line a frame and a summary at the end.</summary>
internal static class WatchCommand
{
    private const int DefaultTop = 1;

    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], ["--camera", "--frames", "--size", "--fps", "--play", "--top", "--threads", "--cores", "--config"]);
        if (arguments.Rest.Count != 1) throw new UsageException("watch takes one model: edgekit-agent watch MODEL.ekm --camera CAMERA");
        string name = arguments.Text("--camera") ?? throw new UsageException($"watch needs --camera, one of: {CameraList.Names}");
        int? most = arguments.Number("--frames", 1, int.MaxValue);
        (int width, int height) = Size(arguments.Text("--size"));
        var request = new CameraRequest { Width = width, Height = height, FrameRate = arguments.Number("--fps", 1, 1000) };
        int? play = arguments.Number("--play", 1, 1000);
        int top = arguments.Number("--top", 1, 1000) ?? DefaultTop;
        using AgentModel model = AgentModel.Load(arguments.Rest[0], arguments.Threads(), arguments.Text("--config"));
        IFrameSource camera = CameraList.Open(name, request, static line => Console.Error.WriteLine($"edgekit-agent: {line}"));
        if (play is { } rate && !camera.IsLive) camera = new PacedSource(camera, rate);
        using var report = new WatchReport(output, model, top, arguments.Has("--json"));
        Watch(model, camera, report, most, cancel);
    }

    /// <summary>Runs the model on each frame; stops at the source's end, after <paramref name="most"/> frames, or when cancelled, which is an ordinary end.</summary>
    internal static void Watch(AgentModel model, IFrameSource camera, WatchReport report, int? most, CancellationToken cancel)
    {
        using var pump = new FramePump(camera, cancel);
        var latency = new LatencyRecorder();
        long start = Stopwatch.GetTimestamp();
        for (long count = 0; most is null || count < most; count++)
        {
            if (pump.Take() is not { } frame) break;
            (long sequence, long captured, int width, int height) = (frame.Sequence, frame.Timestamp, frame.Width, frame.Height);
            ImageMapping mapping;
            try
            {
                mapping = model.Feed(frame.Picture);
            }
            finally
            {
                frame.Return();
            }
            model.Session.Run();
            Findings? findings = model.Find(width, height, mapping);
            report.Write(sequence, latency.Record(captured, Stopwatch.GetTimestamp()), findings);
        }
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        report.WriteSummary(new WatchSummary(camera.Name, latency, pump.Dropped, pump.Lost, (camera as ReconnectingSource)?.Reconnects ?? 0, time));
    }

    private static (int Width, int Height) Size(string? text)
    {
        if (text is null) return (640, 480);
        int x = text.IndexOf('x', StringComparison.Ordinal);
        if (x > 0 && Side(text.AsSpan(0, x)) is { } width && Side(text.AsSpan(x + 1)) is { } height) return (width, height);
        throw new UsageException($"--size takes width and height from 16 to 4096, such as 640x480, not '{text}'");
    }

    private static int? Side(ReadOnlySpan<char> text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int side) && side is >= 16 and <= 4096 ? side : null;
}
