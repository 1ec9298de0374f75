using System.Text.Json;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>Profiles as JSON, which <see cref="ProfileReader"/> reads back. Its field <c>target</c> is what <c>compress --latency-ms --target</c> reads.</summary>
public static class ProfileWriter
{
    /// <summary>Version of the form.</summary>
    internal const int Version = 1;

    // More points than a picture can show.
    private const int MostTracePoints = 1000;

    /// <summary>The profile as UTF-8.</summary>
    public static byte[] ToJson(BoardProfile profile)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("tool", profile.Tool);
            json.WriteBoolean("valid", profile.Disturbance is null);
            json.WriteString("reason", profile.Disturbance);
            Write(json, profile.Board);
            json.WriteString("power_meter", profile.PowerMeter);
            json.WriteStartArray("models");
            foreach (ModelProfile model in profile.Models) Write(json, model);
            json.WriteEndArray();
            WriteTrace(json, profile.Trace);
            WriteTarget(json, profile);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Board board)
    {
        json.WriteStartObject("board");
        json.WriteString("model", board.Model);
        json.WriteStartArray("cores");
        foreach (BoardCore core in board.Cores)
        {
            json.WriteStartObject();
            json.WriteNumber("core", core.Number);
            json.WriteString("kind", core.Kind);
            WriteOptional(json, "max_mhz", core.MaxMhz);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("governor", board.Governor);
        json.WriteString("power_mode", board.PowerMode);
        if (board.MemoryBytes is { } bytes) json.WriteNumber("memory_bytes", bytes);
        else json.WriteNull("memory_bytes");
        json.WriteString("kernel", board.Kernel);
        json.WriteString("os", board.Os);
        json.WriteString("c_library", board.CLibrary);
        json.WriteString("architecture", board.Architecture);
        json.WriteStartArray("isa");
        foreach (string isa in board.Isa) json.WriteStringValue(isa);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ModelProfile model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteString("checksum", model.Checksum);
        json.WriteString("precision", model.Precision);
        json.WriteNumber("file_bytes", model.FileBytes);
        json.WriteNumber("arena_bytes", model.ArenaBytes);
        json.WriteNumber("packed_bytes", model.PackedBytes);
        json.WriteStartArray("results");
        foreach (PointProfile point in model.Points) Write(json, point);
        json.WriteEndArray();
        json.WriteString("layers_reason", model.LayerDisturbance);
        json.WriteStartArray("layers");
        foreach (ProfiledLayer layer in model.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            WriteNumbers(json, "output", layer.Output);
            json.WriteString("kernel", layer.Kernel);
            json.WriteNumber("ns", Math.Round(layer.Ms * 1e6));
            json.WriteNumber("macs", layer.Macs);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PointProfile point)
    {
        json.WriteStartObject();
        json.WriteNumber("threads", point.Point.Threads);
        WriteNumbers(json, "cores", point.Point.Cores);
        json.WriteString("kind", point.Point.Kind);
        json.WriteBoolean("valid", point.Disturbance is null);
        json.WriteString("reason", point.Disturbance);
        json.WriteNumber("runs", point.Runs);
        json.WriteNumber("min_ms", Digits(point.MinMs));
        json.WriteNumber("mean_ms", Digits(point.MeanMs));
        json.WriteNumber("p50_ms", Digits(point.P50Ms));
        json.WriteNumber("p90_ms", Digits(point.P90Ms));
        json.WriteNumber("p99_ms", Digits(point.P99Ms));
        json.WriteNumber("max_ms", Digits(point.MaxMs));
        WriteOptional(json, "watts", point.Watts);
        WriteOptional(json, "frame_mj", point.Millijoules);
        json.WriteStartArray("rounds");
        foreach (RoundProfile round in point.Rounds)
        {
            json.WriteStartObject();
            json.WriteNumber("p50_ms", Digits(round.MedianMs));
            json.WriteNumber("runs", round.Runs);
            WriteOptional(json, "mhz", round.Mhz);
            WriteOptional(json, "celsius", round.Celsius);
            json.WriteNumber("slowdown", Digits(round.Slowdown));
            json.WriteString("reason", round.Disturbance);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTrace(Utf8JsonWriter json, IReadOnlyList<TracePoint> trace)
    {
        int step = trace.Count / MostTracePoints + 1;
        json.WriteStartArray("trace");
        for (int i = 0; i < trace.Count; i += step)
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", Digits(trace[i].Seconds));
            WriteOptional(json, "mhz", trace[i].Mhz);
            WriteOptional(json, "celsius", trace[i].Celsius);
            json.WriteBoolean("throttled", trace[i].Throttled);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, BoardProfile profile)
    {
        json.WriteStartObject("target");
        json.WriteNumber("version", Version);
        json.WriteString("name", profile.Board.Model ?? profile.Board.Processors);
        json.WriteStartArray("layers");
        foreach ((TargetLayer layer, double ms) in TargetLayer.Times(profile.Models))
        {
            json.WriteStartObject();
            json.WriteString("kind", layer.Kind);
            json.WriteBoolean("int8", layer.Int8);
            json.WriteNumber("inputs", layer.Inputs);
            json.WriteNumber("outputs", layer.Outputs);
            json.WriteNumber("height", layer.Height);
            json.WriteNumber("width", layer.Width);
            json.WriteNumber("kernel_height", layer.KernelHeight);
            json.WriteNumber("kernel_width", layer.KernelWidth);
            json.WriteNumber("stride", layer.Stride);
            json.WriteNumber("groups", layer.Groups);
            json.WriteNumber("ms", Math.Round(ms, 7));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, Digits(number));
        else json.WriteNull(name);
    }

    private static double Digits(double value) => Math.Round(value, 4);
}
