using System.Globalization;
using System.Text;
using EdgeKit.Runtime;

namespace EdgeKit.Agent.Web;

/// <summary>The text of <c>/metrics</c>: Prometheus's format 0.0.4.</summary>
internal static class Metrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes it.</summary>
    public static ReadOnlyMemory<byte> Of(Watched watched)
    {
        var text = new StringBuilder(4096);
        AddHead(text, "edgekit_build_info", "gauge", "The agent and the models at work.");
        foreach (ModelFacts model in watched.Models)
            text.Append(CultureInfo.InvariantCulture, $"edgekit_build_info{{version=\"{ProductVersion.Text}\",model=\"{Escaped(model.Name)}\",model_sha256=\"{model.Sha256}\",slot=\"{model.Slot}\"}} 1\n");
        Add(text, "edgekit_up", "gauge", "Whether frames go through the model.", watched.Fault is null ? 1 : 0);
        Add(text, "edgekit_frames_total", "counter", "Frames that went through the model.", watched.Progress.Frames);
        Add(text, "edgekit_frames_dropped_total", "counter", "Frames replaced by newer ones before the model took them.", watched.Facts.Pump.Dropped);
        Add(text, "edgekit_frames_lost_total", "counter", "Frames that the camera lost.", watched.Facts.Pump.Lost);
        Add(text, "edgekit_camera_reconnects_total", "counter", "How often the camera came back.", watched.Reconnects);
        Add(text, "edgekit_last_frame_age_seconds", "gauge", "Time since the last frame.", watched.Progress.SinceLast.TotalSeconds);
        AddLatency(text, watched.Progress);
        if (Watched.Celsius is { } celsius) Add(text, "edgekit_temperature_celsius", "gauge", "Temperature of the processor.", celsius);
        Add(text, "process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        Add(text, "edgekit_viewers", "gauge", "Viewers of the live picture.", watched.Presenter.Viewers);
        Add(text, "edgekit_viewers_refused_total", "counter", "Viewers that there was no room for.", watched.Presenter.Refused);
        AddSinks(text, watched.Facts.Sinks);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AddLatency(StringBuilder text, Progress progress)
    {
        const string Name = "edgekit_latency_seconds";
        AddHead(text, Name, "histogram", "From capture to result.");
        long[] counts = progress.Cumulative();
        for (int i = 0; i < counts.Length; i++)
        {
            string bound = i < Progress.Bounds.Count ? (Progress.Bounds[i] / 1000).ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{le=\"{bound}\"}} {counts[i]}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{Name}_sum {progress.Sum / 1000}\n{Name}_count {counts[^1]}\n");
    }

    private static void AddSinks(StringBuilder text, IReadOnlyList<IResultSink> sinks)
    {
        if (sinks.Count == 0) return;
        AddHead(text, "edgekit_results_total", "counter", "Results that were to be sent, and what became of them.");
        foreach (IResultSink sink in sinks)
        {
            SinkCounts counts = sink.Counts;
            foreach ((string outcome, long count) in ((string, long)[])[("sent", counts.Sent), ("dropped", counts.Dropped), ("refused", counts.Refused)])
                text.Append(CultureInfo.InvariantCulture, $"edgekit_results_total{{sink=\"{sink.Name}\",outcome=\"{outcome}\"}} {count}\n");
        }
        AddHead(text, "edgekit_send_failures_total", "counter", "Attempts to send that failed.");
        foreach (IResultSink sink in sinks) text.Append(CultureInfo.InvariantCulture, $"edgekit_send_failures_total{{sink=\"{sink.Name}\"}} {sink.Counts.Failures}\n");
    }

    private static void Add(StringBuilder text, string name, string type, string help, double value)
    {
        AddHead(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void AddHead(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
