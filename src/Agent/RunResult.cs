using System.Globalization;
using System.Numerics;
using System.Text.Json;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary>A class and its score: the model's output as it is.</summary>
internal sealed record RunScore(int Class, string? Label, float Value);

/// <summary>An output; <paramref name="Best"/> only of classifiers.</summary>
internal sealed record RunOutput(string Name, int[] Shape, float Min, float Max, float Mean, RunScore[]? Best);

/// <summary>What <c>run</c> says about one picture. The findings are the decoder's own: to be written before the next picture.</summary>
internal sealed record RunResult(
    string Image, double DecodeMs, double PrepareMs, double InferMs, double FindMs, RunOutput[] Outputs, Findings? Findings, ModelDecoder? Decoder)
{
    public void WriteText(TextWriter text)
    {
        string find = Findings is null ? "" : Invariant($", find {FindMs:F1} ms");
        text.WriteLine(Invariant($"{Image}  (decode {DecodeMs:F1} ms, prepare {PrepareMs:F1} ms, infer {InferMs:F1} ms{find})"));
        if (Findings is not null && Decoder is not null)
        {
            WriteFindings(text, Findings, Decoder.Labels);
            return;
        }
        foreach (RunOutput o in Outputs)
        {
            if (o.Best is null) text.WriteLine(Invariant($"  {o.Name} [{string.Join(',', o.Shape)}]  min {o.Min:G6}  max {o.Max:G6}  mean {o.Mean:G6}"));
            foreach (RunScore s in o.Best ?? []) text.WriteLine(Invariant($"  {s.Value,10:F4}  {s.Class,5}  {s.Label}").TrimEnd());
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("image", Image);
        json.WriteMilliseconds("decode_ms", DecodeMs);
        json.WriteMilliseconds("prepare_ms", PrepareMs);
        json.WriteMilliseconds("infer_ms", InferMs);
        if (Findings is not null && Decoder is not null)
        {
            json.WriteMilliseconds("find_ms", FindMs);
            json.WriteFindings(Findings, Decoder);
        }
        json.WriteStartArray("outputs");
        foreach (RunOutput o in Outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", o.Name);
            json.WriteList("shape", o.Shape);
            json.WriteFinite("min", o.Min);
            json.WriteFinite("max", o.Max);
            json.WriteFinite("mean", o.Mean);
            if (o.Best is not null) WriteBest(json, o.Best);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFindings(TextWriter text, Findings findings, IReadOnlyList<string> labels)
    {
        foreach (Detection b in findings.Boxes)
            text.WriteLine(Invariant($"  {b.Score,6:F3}  {(b.Class < labels.Count ? labels[b.Class] : $"class {b.Class}"),-14}  {b.Left:F0},{b.Top:F0} to {b.Right:F0},{b.Bottom:F0}"));
        for (int i = 0; i < findings.LaneCount; i++)
        {
            ReadOnlySpan<Vector2> points = findings.LanePoints(i);
            text.WriteLine(Invariant($"  {findings.LaneConfidence(i),6:F3}  lane line       {points[0].X:F0},{points[0].Y:F0} to {points[^1].X:F0},{points[^1].Y:F0}"));
        }
        foreach (Mask mask in findings.Masks) text.WriteLine(Invariant($"  {mask.Share * 100,5:F1} %  {mask.Name}"));
        if (findings.Boxes.IsEmpty && findings.LaneCount == 0 && findings.Masks.Count == 0) text.WriteLine("  nothing");
    }

    private static void WriteBest(Utf8JsonWriter json, RunScore[] best)
    {
        json.WriteStartArray("top");
        foreach (RunScore s in best)
        {
            json.WriteStartObject();
            json.WriteNumber("class", s.Class);
            if (s.Label is not null) json.WriteString("label", s.Label);
            json.WriteFinite("score", s.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
