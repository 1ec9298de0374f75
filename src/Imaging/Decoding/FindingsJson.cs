using System.Numerics;
using System.Text.Json;

namespace EdgeKit.Imaging.Decoding;

/// <summary>The JSON form of findings.</summary>
public static class FindingsJson
{
    /// <summary>
    /// Writes into an open object, each where the model finds such things: "objects" of label, class, confidence, box [left, top, right, bottom] and landmarks; "lanes" of
    /// confidence and points from the bottom upwards; "masks" of name and share. Coordinates are pixels of the picture, to the tenth.
    /// </summary>
    /// <param name="json">The writer.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="decoder">What found it.</param>
    /// <param name="tracks">Numbers of the objects, which are then written as "track", but for 0; empty for none.</param>
    public static void WriteFindings(this Utf8JsonWriter json, Findings findings, ModelDecoder decoder, ReadOnlySpan<long> tracks = default)
    {
        if (decoder.FindsBoxes) WriteBoxes(json, findings, decoder.Labels, tracks);
        if (decoder.FindsLanes) WriteLanes(json, findings);
        if (findings.Masks.Count == 0) return;
        json.WriteStartArray("masks");
        foreach (Mask mask in findings.Masks)
        {
            json.WriteStartObject();
            json.WriteString("name", mask.Name);
            json.WriteNumber("share", Math.Round(mask.Share, 4));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteBoxes(Utf8JsonWriter json, Findings findings, IReadOnlyList<string> labels, ReadOnlySpan<long> tracks)
    {
        json.WriteStartArray("objects");
        for (int i = 0; i < findings.Boxes.Length; i++)
        {
            Detection box = findings.Boxes[i];
            json.WriteStartObject();
            if (i < tracks.Length && tracks[i] != 0) json.WriteNumber("track", tracks[i]);
            if (box.Class < labels.Count) json.WriteString("label", labels[box.Class]);
            json.WriteNumber("class", box.Class);
            json.WriteNumber("confidence", Math.Round(box.Score, 4));
            json.WriteStartArray("box");
            json.WriteNumberValue(Tenth(box.Left));
            json.WriteNumberValue(Tenth(box.Top));
            json.WriteNumberValue(Tenth(box.Right));
            json.WriteNumberValue(Tenth(box.Bottom));
            json.WriteEndArray();
            if (findings.LandmarksOfBox > 0) WritePoints(json, "landmarks", findings.Landmarks(i));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLanes(Utf8JsonWriter json, Findings findings)
    {
        json.WriteStartArray("lanes");
        for (int i = 0; i < findings.LaneCount; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("confidence", Math.Round(findings.LaneConfidence(i), 4));
            WritePoints(json, "points", findings.LanePoints(i));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter json, string name, ReadOnlySpan<Vector2> points)
    {
        json.WriteStartArray(name);
        foreach (Vector2 point in points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Tenth(point.X));
            json.WriteNumberValue(Tenth(point.Y));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    // A point that is no number, which only a broken model gives, becomes 0: JSON has no infinities.
    private static double Tenth(float value) => float.IsFinite(value) ? Math.Round(value, 1) : 0;
}
