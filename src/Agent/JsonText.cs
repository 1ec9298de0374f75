using System.Text;
using System.Text.Json;

namespace EdgeKit.Agent;

/// <summary>JSON results: one indented object, a version first.</summary>
internal static class JsonText
{
    private const int Version = 1;

    /// <summary>The text of an object whose fields after the version <paramref name="write"/> writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>A number; null for infinities and NaN, which JSON lacks.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, float value)
    {
        if (float.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    /// <summary>What became of results that were to be sent.</summary>
    public static void WriteSinks(this Utf8JsonWriter json, IReadOnlyList<IResultSink> sinks)
    {
        json.WriteStartArray("sinks");
        foreach (IResultSink sink in sinks)
        {
            SinkCounts counts = sink.Counts;
            json.WriteStartObject();
            json.WriteString("name", sink.Name);
            json.WriteNumber("sent", counts.Sent);
            json.WriteNumber("dropped", counts.Dropped);
            json.WriteNumber("refused", counts.Refused);
            json.WriteNumber("failures", counts.Failures);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Milliseconds to the microsecond.</summary>
    public static void WriteMilliseconds(this Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Math.Round(value, 3));
}
