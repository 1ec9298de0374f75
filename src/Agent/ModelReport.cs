using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Tracking;

namespace EdgeKit.Agent;

/// <summary>A model's part of a line about a frame: what its decoder found, with tracks, or its best classes.</summary>
internal sealed class ModelReport
{
    private const int MaxTracks = 256;

    private readonly ModelResult _result;
    private readonly AgentModel _model;
    private readonly float[] _scores;
    private readonly int[] _best;
    private readonly int _classifier;
    private readonly BoxTracker? _tracker;
    private long[] _tracks = [];

    /// <param name="result">The model and what it finds.</param>
    /// <param name="top">Best classes of a classifier.</param>
    public ModelReport(ModelResult result, int top)
    {
        (_result, _model) = (result, result.Model);
        _classifier = _model.Decoder is null ? Enumerable.Range(0, _model.Session.Outputs.Count).FirstOrDefault(_model.IsClassifier, -1) : -1;
        _scores = _classifier < 0 ? [] : new float[_model.Session.Tensors[_model.Session.Outputs[_classifier]].ElementCount];
        _best = new int[Math.Min(top, _scores.Length)];
        _tracker = _model.Decoder is { FindsBoxes: true } ? new BoxTracker(MaxTracks) : null;
    }

    /// <summary>Whether anything was found; a classifier always says something.</summary>
    public bool HasFound => _classifier >= 0 || _result.Findings is { } f && (f.Boxes.Length > 0 || f.LaneCount > 0 || f.Masks.Count > 0);

    /// <summary>The result is that of the next frame.</summary>
    public void Take()
    {
        if (_classifier >= 0) FindBest();
        if (_result.Findings is { } findings) Track(findings);
    }

    /// <summary>Writes it into an open object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (_result.Findings is { } findings && _model.Decoder is { } decoder) json.WriteFindings(findings, decoder, _tracks);
        if (_classifier < 0) return;
        json.WriteStartArray("top");
        foreach (int index in _best)
        {
            json.WriteStartObject();
            json.WriteNumber("class", index - _model.LabelOffset);
            if (index < _model.Labels.Count) json.WriteString("label", _model.Labels[index]);
            json.WriteFinite("score", _scores[index]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Adds it to a line for people.</summary>
    public void AddTo(StringBuilder line)
    {
        if (_result.Findings is { } findings && _model.Decoder is { } decoder)
        {
            foreach (Detection box in findings.Boxes)
                line.Append(Invariant($"  {(box.Class < decoder.Labels.Count ? decoder.Labels[box.Class] : $"class {box.Class}")} {box.Score:F2}"));
            if (findings.LaneCount > 0) line.Append(Invariant($"  {findings.LaneCount} lane lines"));
            foreach (Mask mask in findings.Masks) line.Append(Invariant($"  {mask.Name} {mask.Share * 100:F0} %"));
        }
        foreach (int index in _best)
            line.Append(Invariant($"  {(index < _model.Labels.Count ? _model.Labels[index] : $"class {index - _model.LabelOffset}")} {_scores[index]:F3}"));
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

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
