using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeKit.Devices;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Tracking;

namespace EdgeKit.Agent;

/// <summary>How a watch went.</summary>
/// <param name="Camera">The camera's name.</param>
/// <param name="Latency">From capture to result, of each frame.</param>
/// <param name="Dropped">Frames replaced by newer ones before they were looked at.</param>
/// <param name="Lost">Frames that the camera itself lost.</param>
/// <param name="Reconnects">How often the camera came back.</param>
/// <param name="Time">How long it took.</param>
internal sealed record WatchSummary(string Camera, LatencyRecorder Latency, long Dropped, long Lost, int Reconnects, TimeSpan Time)
{
    public double FramesPerSecond => Time > TimeSpan.Zero ? Latency.Count / Time.TotalSeconds : 0;
}

/// <summary>Lines about frames, each written at once. Lines of JSON are built in memory that is kept, so that a frame allocates nothing.</summary>
internal sealed class WatchReport : IDisposable
{
    private const int MaxTracks = 256;

    private static readonly double[] Percentiles = [50, 90, 99];

    private readonly TextWriter _output;
    private readonly AgentModel _model;
    private readonly bool _isJson;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly float[] _scores;
    private readonly int[] _best;
    private readonly int _classifier;
    private readonly BoxTracker? _tracker;
    private long[] _tracks = [];
    private char[] _characters = new char[4096];

    public WatchReport(TextWriter output, AgentModel model, int top, bool isJson)
    {
        (_output, _model, _isJson) = (output, model, isJson);
        _json = new Utf8JsonWriter(_bytes);
        _classifier = model.Decoder is null ? Enumerable.Range(0, model.Session.Outputs.Count).FirstOrDefault(model.IsClassifier, -1) : -1;
        _scores = _classifier < 0 ? [] : new float[model.Session.Tensors[model.Session.Outputs[_classifier]].ElementCount];
        _best = new int[Math.Min(top, _scores.Length)];
        _tracker = model.Decoder is { FindsBoxes: true } ? new BoxTracker(MaxTracks) : null;
    }

    /// <summary>Writes what a frame holds.</summary>
    /// <param name="sequence">The frame's number.</param>
    /// <param name="latency">Milliseconds from capture to result.</param>
    /// <param name="findings">What the decoder found; null without one.</param>
    public void Write(long sequence, double latency, Findings? findings)
    {
        if (_classifier >= 0) FindBest();
        if (findings is not null) Track(findings);
        if (!_isJson)
        {
            WriteText(sequence, latency, findings);
            return;
        }
        Compose(sequence, latency, findings);
        Send();
    }

    /// <summary>The frame that was written last as an object of JSON, valid until the next.</summary>
    /// <param name="sequence">As written.</param>
    /// <param name="latency">As written.</param>
    /// <param name="findings">As written.</param>
    public ReadOnlySpan<byte> Json(long sequence, double latency, Findings? findings)
    {
        if (!_isJson) Compose(sequence, latency, findings);
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
            _output.WriteLine(Invariant($"latency from capture: p50 {latency.Percentile(50):F1}  p90 {latency.Percentile(90):F1}  p99 {latency.Percentile(99):F1}  max {latency.Highest:F1} ms"));
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
        _json.WriteStartObject("latency_ms");
        foreach (double percent in Percentiles) _json.WriteMilliseconds(Invariant($"p{percent}"), latency.Percentile(percent));
        _json.WriteMilliseconds("mean", latency.Mean);
        _json.WriteMilliseconds("max", latency.Highest);
        _json.WriteEndObject();
        _json.WriteEndObject();
        End();
        Send();
    }

    public void Dispose() => _json.Dispose();

    private void WriteText(long sequence, double latency, Findings? findings)
    {
        var line = new StringBuilder(Invariant($"{sequence,7}  {latency,6:F1} ms"));
        if (findings is not null && _model.Decoder is { } decoder)
        {
            foreach (Detection box in findings.Boxes)
                line.Append(Invariant($"  {(box.Class < decoder.Labels.Count ? decoder.Labels[box.Class] : $"class {box.Class}")} {box.Score:F2}"));
            if (findings.LaneCount > 0) line.Append(Invariant($"  {findings.LaneCount} lane lines"));
            foreach (Mask mask in findings.Masks) line.Append(Invariant($"  {mask.Name} {mask.Share * 100:F0} %"));
        }
        foreach (int index in _best)
            line.Append(Invariant($"  {(index < _model.Labels.Count ? _model.Labels[index] : $"class {index - _model.LabelOffset}")} {_scores[index]:F3}"));
        _output.WriteLine(line);
        _output.Flush();
    }

    /// <summary>Numbers the boxes; the array grows to the most boxes that there ever were.</summary>
    private void Track(Findings findings)
    {
        if (_tracker is null) return;
        if (_tracks.Length < findings.Boxes.Length) _tracks = new long[2 * findings.Boxes.Length];
        _tracker.Update(findings.Boxes, _tracks);
    }

    /// <summary>The classes of the highest scores, highest first; of equals, the lowest class.</summary>
    private void FindBest()
    {
        _model.Session.ReadOutput(_classifier, _scores);
        int count = 0;
        for (int i = 0; i < _scores.Length; i++)
        {
            int place = count;
            while (place > 0 && _scores[_best[place - 1]] < _scores[i]) place--;
            if (place == _best.Length) continue;
            if (count < _best.Length) count++;
            _best.AsSpan(place, count - place - 1).CopyTo(_best.AsSpan(place + 1));
            _best[place] = i;
        }
    }

    private void Compose(long sequence, double latency, Findings? findings)
    {
        Begin();
        _json.WriteNumber("frame", sequence);
        _json.WriteMilliseconds("latency_ms", latency);
        if (findings is not null && _model.Decoder is { } decoder) _json.WriteFindings(findings, decoder, _tracks);
        if (_classifier >= 0)
        {
            _json.WriteStartArray("top");
            foreach (int index in _best)
            {
                _json.WriteStartObject();
                _json.WriteNumber("class", index - _model.LabelOffset);
                if (index < _model.Labels.Count) _json.WriteString("label", _model.Labels[index]);
                _json.WriteFinite("score", _scores[index]);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
        }
        End();
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

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
