using System.Text.Json;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>Reads what <see cref="ProfileWriter"/> wrote.</summary>
public static class ProfileReader
{
    private const long MostBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ProfileException">It cannot be read or is no profile; the message names it.</exception>
    public static BoardProfile Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw new ProfileException($"{path}: is too large to be a profile");
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProfileException($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}")}", e);
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="json">The text, as UTF-8.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ProfileException">It is no profile.</exception>
    public static BoardProfile Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != ProfileWriter.Version) throw new ProfileException($"{source}: is of another version; profile again");
            return new BoardProfile
            {
                Tool = root.GetProperty("tool").GetString() ?? "",
                Board = BoardOf(root.GetProperty("board")),
                PowerMeter = root.GetProperty("power_meter").GetString(),
                Models = List(root, "models", ModelOf),
                Trace = List(root, "trace", static t => new TracePoint(t.GetProperty("seconds").GetDouble(), Number(t, "mhz"), Number(t, "celsius"), t.GetProperty("throttled").GetBoolean())),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ProfileException($"{source}: is no profile of a board, as edgekit-agent profile --out writes it: {e.Message}", e);
        }
    }

    private static Board BoardOf(JsonElement json) => new()
    {
        Model = json.GetProperty("model").GetString(),
        Cores = List(json, "cores", static c => new BoardCore(c.GetProperty("core").GetInt32(), c.GetProperty("kind").GetString(), Number(c, "max_mhz"))),
        Governor = json.GetProperty("governor").GetString(),
        PowerMode = json.GetProperty("power_mode").GetString(),
        MemoryBytes = (long?)Number(json, "memory_bytes"),
        Kernel = json.GetProperty("kernel").GetString(),
        Os = json.GetProperty("os").GetString(),
        CLibrary = json.GetProperty("c_library").GetString(),
        Architecture = json.GetProperty("architecture").GetString() ?? "",
        Isa = List(json, "isa", static i => i.GetString() ?? ""),
    };

    private static ModelProfile ModelOf(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString() ?? "",
        Checksum = json.GetProperty("checksum").GetString() ?? "",
        Precision = json.GetProperty("precision").GetString() ?? "",
        FileBytes = json.GetProperty("file_bytes").GetInt64(),
        ArenaBytes = json.GetProperty("arena_bytes").GetInt64(),
        PackedBytes = json.GetProperty("packed_bytes").GetInt64(),
        Points = List(json, "results", PointOf),
        Layers = List(json, "layers", LayerOf),
        LayerDisturbance = json.GetProperty("layers_reason").GetString(),
    };

    private static PointProfile PointOf(JsonElement json) => new()
    {
        Point = new SweepPoint(json.GetProperty("threads").GetInt32(), List(json, "cores", static c => c.GetInt32()), json.GetProperty("kind").GetString()),
        Runs = json.GetProperty("runs").GetInt32(),
        MinMs = json.GetProperty("min_ms").GetDouble(),
        MeanMs = json.GetProperty("mean_ms").GetDouble(),
        P50Ms = json.GetProperty("p50_ms").GetDouble(),
        P90Ms = json.GetProperty("p90_ms").GetDouble(),
        P99Ms = json.GetProperty("p99_ms").GetDouble(),
        MaxMs = json.GetProperty("max_ms").GetDouble(),
        Watts = Number(json, "watts"),
        Rounds = List(json, "rounds", static r => new RoundProfile(
            r.GetProperty("p50_ms").GetDouble(), r.GetProperty("runs").GetInt32(), Number(r, "mhz"), Number(r, "celsius"), r.GetProperty("slowdown").GetDouble(), r.GetProperty("reason").GetString())),
    };

    /// <summary>A layer without <see cref="ProfiledLayer.Target"/>: the file has those once, together.</summary>
    private static ProfiledLayer LayerOf(JsonElement json) => new(json.GetProperty("name").GetString() ?? "", json.GetProperty("kind").GetString() ?? "",
        List(json, "output", static o => o.GetInt32()), json.GetProperty("kernel").GetString(), json.GetProperty("ns").GetDouble() / 1e6, json.GetProperty("macs").GetInt64(), null);

    private static List<T> List<T>(JsonElement json, string name, Func<JsonElement, T> read)
    {
        var list = new List<T>();
        foreach (JsonElement item in json.GetProperty(name).EnumerateArray()) list.Add(read(item));
        return list;
    }

    private static double? Number(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : null;
}
