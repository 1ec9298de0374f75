using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeKit.Devices;

namespace EdgeKit.Agent;

/// <summary>How a watch went.</summary>
/// <param name="Camera">The camera's name.</param>
/// <param name="Latency">From capture to the last model's result, of each frame.</param>
/// <param name="Dropped">Frames replaced by newer ones before they were looked at.</param>
/// <param name="Lost">Frames that the camera itself lost.</param>
/// <param name="Reconnects">How often the camera came back.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Sinks">Where results were sent.</param>
internal sealed record WatchSummary(string Camera, LatencyRecorder Latency, long Dropped, long Lost, int Reconnects, TimeSpan Time, IReadOnlyList<IResultSink> Sinks)
{
    public double FramesPerSecond => Time > TimeSpan.Zero ? Latency.Count / Time.TotalSeconds : 0;
}

/// <summary>Lines about frames, each written at once. Lines of JSON are built in memory that is kept, so that a frame allocates nothing.</summary>
internal sealed class WatchReport : IDisposable
{
    private static readonly double[] Percentiles = [50, 90, 99];

    private readonly TextWriter _output;
    private readonly ModelResult[] _results;
    private readonly ModelReport[] _parts;
    private readonly bool _isJson;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private readonly Utf8JsonWriter _json;
    private char[] _characters = new char[4096];
    private long _sequence;
    private bool _isComposed;

    public WatchReport(TextWriter output, ModelResult[] results, int top, bool isJson)
    {
        (_output, _results, _isJson) = (output, results, isJson);
        _json = new Utf8JsonWriter(_bytes);
        _parts = results.Select(result => new ModelReport(result, top));
    }

    /// <summary>Whether a model has found anything in the frame that was written last.</summary>
    public bool HasFound
    {
        get
        {
            foreach (ModelReport part in _parts)
            {
                if (part.HasFound) return true;
            }
            return false;
        }
    }

    private double Milliseconds => _results[^1].Milliseconds;

    /// <summary>Writes what the models made of a frame.</summary>
    /// <param name="sequence">The frame's number.</param>
    public void Write(long sequence)
    {
        (_sequence, _isComposed) = (sequence, false);
        foreach (ModelReport part in _parts) part.Take();
        if (!_isJson)
        {
            WriteText();
            return;
        }
        Json();
        Send();
    }

    /// <summary>The frame that was written last as an object of JSON, valid until the next.</summary>
    public ReadOnlySpan<byte> Json()
    {
        if (_isComposed) return _bytes.WrittenSpan;
        Begin();
        _json.WriteNumber("frame", _sequence);
        _json.WriteMilliseconds("latency_ms", Milliseconds);
        if (_parts.Length == 1)
        {
            _parts[0].Write(_json);
        }
        else
        {
            _json.WriteStartArray("models");
            for (int i = 0; i < _parts.Length; i++)
            {
                _json.WriteStartObject();
                _json.WriteString("model", _results[i].Name);
                _json.WriteMilliseconds("latency_ms", _results[i].Milliseconds);
                _parts[i].Write(_json);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
        }
        End();
        _isComposed = true;
        return _bytes.WrittenSpan;
    }

    /// <summary>Writes how it went.</summary>
    public void WriteSummary(WatchSummary summary)
    {
        LatencyRecorder latency = summary.Latency;
        if (!_isJson)
        {
            string lost = summary.Lost > 0 ? Invariant($", {summary.Lost} lost by the camera") : "", back = summary.Reconnects > 0 ? Invariant($", reconnected {summary.Reconnects} times") : "";
            _output.WriteLine(Invariant($"{summary.Camera}: {latency.Count} frames in {summary.Time.TotalSeconds:F1} s ({summary.FramesPerSecond:F1} a second), {summary.Dropped} dropped{lost}{back}"));
            foreach (ModelResult result in _parts.Length > 1 ? _results : []) _output.WriteLine(TextOf($"{result.Name}: latency from capture", result.Latency));
            _output.WriteLine(TextOf("latency from capture", latency));
            foreach (IResultSink sink in summary.Sinks)
            {
                SinkCounts counts = sink.Counts;
                _output.WriteLine(Invariant($"{sink.Name}: {counts.Sent} results sent, {counts.Dropped} dropped, {counts.Refused} refused, {counts.Failures} attempts failed"));
            }
            _output.Flush();
            return;
        }
        Begin();
        _json.WriteStartObject("summary");
        _json.WriteString("camera", summary.Camera);
        _json.WriteNumber("frames", latency.Count);
        _json.WriteNumber("dropped", summary.Dropped);
        _json.WriteNumber("lost", summary.Lost);
        _json.WriteNumber("reconnects", summary.Reconnects);
        _json.WriteNumber("seconds", Math.Round(summary.Time.TotalSeconds, 3));
        _json.WriteNumber("fps", Math.Round(summary.FramesPerSecond, 2));
        WriteLatency(latency);
        if (_parts.Length > 1) WriteModels();
        if (summary.Sinks.Count > 0) _json.WriteSinks(summary.Sinks);
        _json.WriteEndObject();
        End();
        Send();
    }

    public void Dispose() => _json.Dispose();

    private void WriteText()
    {
        var line = new StringBuilder(Invariant($"{_sequence,7}  {Milliseconds,6:F1} ms"));
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_parts.Length > 1) line.Append("  ").Append(_results[i].Name).Append(':');
            _parts[i].AddTo(line);
        }
        _output.WriteLine(line);
        _output.Flush();
    }

    private void WriteModels()
    {
        _json.WriteStartArray("models");
        foreach (ModelResult result in _results)
        {
            _json.WriteStartObject();
            _json.WriteString("model", result.Name);
            WriteLatency(result.Latency);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void WriteLatency(LatencyRecorder latency)
    {
        _json.WriteStartObject("latency_ms");
        foreach (double percent in Percentiles) _json.WriteMilliseconds(Invariant($"p{percent}"), latency.Percentile(percent));
        _json.WriteMilliseconds("mean", latency.Mean);
        _json.WriteMilliseconds("max", latency.Highest);
        _json.WriteEndObject();
    }

    private void Begin()
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }

    private void Send()
    {
        if (_characters.Length < _bytes.WrittenCount) _characters = new char[2 * _bytes.WrittenCount];
        int count = Encoding.UTF8.GetChars(_bytes.WrittenSpan, _characters);
        _output.Write(_characters.AsSpan(0, count));
        _output.Write('\n');
        _output.Flush();
    }

    private static string TextOf(string what, LatencyRecorder latency) =>
        Invariant($"{what}: p50 {latency.Percentile(50):F1}  p90 {latency.Percentile(90):F1}  p99 {latency.Percentile(99):F1}  max {latency.Highest:F1} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
