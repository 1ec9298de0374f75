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
        ModelFacts model = watched.Model;
        Add(text, "edgekit_build_info", "gauge", "The agent and the model at work.", 1,
            $"{{version=\"{ProductVersion.Text}\",model=\"{Escaped(model.Name)}\",model_sha256=\"{model.Sha256}\",slot=\"{model.Slot}\"}}");
        Add(text, "edgekit_up", "gauge", "Whether frames go through the model.", watched.Fault is null ? 1 : 0);
        Add(text, "edgekit_frames_total", "counter", "Frames that went through the model.", watched.Progress.Frames);
        Add(text, "edgekit_frames_dropped_total", "counter", "Frames replaced by newer ones before the model took them.", watched.Pump.Dropped);
        Add(text, "edgekit_frames_lost_total", "counter", "Frames that the camera lost.", watched.Pump.Lost);
        Add(text, "edgekit_camera_reconnects_total", "counter", "How often the camera came back.", watched.Reconnects);
        Add(text, "edgekit_last_frame_age_seconds", "gauge", "Time since the last frame.", watched.Progress.SinceLast.TotalSeconds);
        AddLatency(text, watched.Progress);
        if (Watched.Celsius is { } celsius) Add(text, "edgekit_temperature_celsius", "gauge", "Temperature of the processor.", celsius);
        Add(text, "process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        Add(text, "edgekit_viewers", "gauge", "Viewers of the live picture.", watched.Presenter.Viewers);
        Add(text, "edgekit_viewers_refused_total", "counter", "Viewers that there was no room for.", watched.Presenter.Refused);
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

    private static void Add(StringBuilder text, string name, string type, string help, double value, string labels = "")
    {
        AddHead(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
    }

    private static void AddHead(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
