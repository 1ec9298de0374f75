using System.Buffers;
using System.Text.Json;
using EdgeKit.Devices;
using EdgeKit.Runtime;

namespace EdgeKit.Agent.Web;

/// <summary>The JSON of <c>/api/status</c>.</summary>
internal static class StatusJson
{
    private const int Version = 1;

    // The processor and the system stay what they are.
    private static readonly Machine Board = Machine.Collect();

    /// <summary>Writes it.</summary>
    public static ReadOnlyMemory<byte> Of(Watched watched)
    {
        var bytes = new ArrayBufferWriter<byte>(8192);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("agent", ProductVersion.Text);
        json.WriteBoolean("ok", watched.Fault is null);
        if (watched.Fault is { } fault) json.WriteString("fault", fault);
        json.WriteNumber("seconds", Math.Round(watched.Progress.Time.TotalSeconds, 1));
        WriteCamera(json, watched.Camera);
        ModelFacts[] models = watched.Models;
        json.WritePropertyName("model");
        WriteModel(json, models[0]);
        if (models.Length > 1)
        {
            json.WriteStartArray("models");
            foreach (ModelFacts model in models) WriteModel(json, model);
            json.WriteEndArray();
        }
        json.WriteNumber("frames", watched.Progress.Frames);
        json.WriteNumber("dropped", watched.Facts.Pump.Dropped);
        json.WriteNumber("lost", watched.Facts.Pump.Lost);
        json.WriteNumber("reconnects", watched.Reconnects);
        json.WriteNumber("fps", Math.Round(watched.Progress.FramesPerSecond, 2));
        WriteLatency(json, watched);
        json.WriteStartObject("board");
        json.WriteString("processor", Board.Cpu);
        json.WriteNumber("cores", Board.Cores);
        json.WriteString("architecture", Board.Architecture);
        json.WriteString("system", Board.Os);
        if (Watched.Celsius is { } celsius) json.WriteNumber("temperature_c", Math.Round(celsius, 1));
        else json.WriteNull("temperature_c");
        json.WriteNumber("memory_bytes", Environment.WorkingSet);
        json.WriteEndObject();
        if (watched.Facts.Sinks.Count > 0) json.WriteSinks(watched.Facts.Sinks);
        json.WriteNumber("viewers", watched.Presenter.Viewers);
        json.WriteNumber("most_viewers", watched.MostViewers);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static void WriteCamera(Utf8JsonWriter json, IFrameSource camera)
    {
        json.WriteStartObject("camera");
        json.WriteString("name", camera.Name);
        json.WriteNumber("width", camera.Width);
        json.WriteNumber("height", camera.Height);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, ModelFacts model)
    {
        json.WriteStartObject();
        json.WriteString("file", model.Name);
        json.WriteString("sha256", model.Sha256);
        json.WriteString("precision", model.Precision);
        if (model.Slot is { } slot)
        {
            json.WriteString("slot", slot.ToString());
            json.WriteBoolean("on_trial", model.IsOnTrial);
        }
        json.WriteStartObject("properties");
        foreach ((string name, string value) in model.Properties) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter json, Watched watched)
    {
        LatencyRecorder latency = watched.Facts.Latency;
        json.WriteStartObject("latency_ms");
        json.WriteMilliseconds("p50", latency.Percentile(50));
        json.WriteMilliseconds("p90", latency.Percentile(90));
        json.WriteMilliseconds("p99", latency.Percentile(99));
        json.WriteMilliseconds("mean", latency.Mean);
        json.WriteMilliseconds("max", latency.Highest);
        json.WriteStartArray("recent");
        foreach (float milliseconds in watched.Progress.Latest()) json.WriteNumberValue(Math.Round(milliseconds, 2));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
