using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Imaging;

/// <summary>
/// The JSON form of <see cref="DecoderSettings"/>: a text with the kind, or an object whose every field must be known. Whether the kind is known is asked only when a decoder is
/// made, so that a model with one of its own can still be quantized and compiled.
/// </summary>
internal static class DecoderJson
{
    private const string Field = "decoder";
    private const int MostLevels = 16;
    private const int MostBoxes = 1000;
    private const int MostWindow = 1000;
    private static readonly string[] ActivationNames = ["none", "sigmoid", "softmax"];
    private static readonly string[] Known =
    [
        "kind", "score", "iou", "max", "strides", "min_sizes", "anchors", "variances", "center", "activation", "decoded", "multi_label", "rows", "presence", "steady", "prolong", "window", "lanes",
    ];

    internal static DecoderSettings? Read(JsonElement root, string name)
    {
        JsonFields outer = new(root, name);
        if (!outer.TryGet(Field, out JsonElement element))
            return null;
        if (JsonFields.TryText(element, out string? kind))
            return new DecoderSettings { Kind = kind };
        if (element.ValueKind != JsonValueKind.Object)
            throw outer.Wrong(Field, "a text or an object");

        string inside = $"{name}: {Field}";
        foreach (JsonProperty property in element.EnumerateObject())
            if (!Known.Contains(property.Name)) throw new ImageException($"{inside}: there is no field \"{property.Name}\"; there are {string.Join(", ", Known)}");
        JsonFields fields = new(element, inside);
        return new DecoderSettings
        {
            Kind = fields.Text("kind") ?? throw fields.Missing("kind"),
            Score = fields.Number("score", 0, 1),
            Iou = fields.Number("iou", 0, 1),
            Max = fields.Integer("max", 1, MostBoxes),
            Strides = Levels(fields, "strides", fields.List<int>("strides", "a list of positive integers", JsonFields.TryPositive)),
            MinSizes = Levels(fields, "min_sizes", fields.List<IReadOnlyList<float>>("min_sizes", "a list of lists of positive numbers", TryLengths)),
            Anchors = Levels(fields, "anchors", fields.List<IReadOnlyList<float>>("anchors", "a list of lists of positive numbers", TryLengths)),
            Variances = fields.List<float>("variances", "a list of 2 numbers", JsonFields.TryNumber, length: 2),
            Center = fields.Number("center", 0, 1),
            Activation = fields.TryGet("activation", out _) ? (ScoreActivation)fields.Choice("activation", ActivationNames) : null,
            Decoded = fields.Flag("decoded"),
            MultiLabel = fields.Flag("multi_label"),
            Rows = fields.List<float>("rows", "a list of numbers from 0 to 1", TryShare),
            Presence = fields.Number("presence", 0, 1),
            Steady = fields.Number("steady", 0, MostWindow),
            Prolong = fields.Number("prolong", 0, MostWindow),
            Window = fields.Integer("window", 0, MostWindow),
            Lanes = fields.Text("lanes"),
        };
    }

    internal static void Write(Utf8JsonWriter writer, DecoderSettings? value)
    {
        if (value is null)
            return;
        if (value == new DecoderSettings { Kind = value.Kind })
        {
            writer.WriteString(Field, value.Kind);
            return;
        }
        writer.WriteStartObject(Field);
        writer.WriteString("kind", value.Kind);
        WriteNumber(writer, "score", value.Score);
        WriteNumber(writer, "iou", value.Iou);
        if (value.Max is int max)
            writer.WriteNumber("max", max);
        PreprocessingJson.WriteList(writer, "strides", value.Strides, writer.WriteNumberValue);
        WriteLists(writer, "min_sizes", value.MinSizes);
        WriteLists(writer, "anchors", value.Anchors);
        PreprocessingJson.WriteList(writer, "variances", value.Variances, writer.WriteNumberValue);
        WriteNumber(writer, "center", value.Center);
        PreprocessingJson.WriteText(writer, "activation", value.Activation is { } activation ? ActivationNames[(int)activation] : null);
        WriteFlag(writer, "decoded", value.Decoded);
        WriteFlag(writer, "multi_label", value.MultiLabel);
        PreprocessingJson.WriteList(writer, "rows", value.Rows, writer.WriteNumberValue);
        WriteNumber(writer, "presence", value.Presence);
        WriteNumber(writer, "steady", value.Steady);
        WriteNumber(writer, "prolong", value.Prolong);
        if (value.Window is int window)
            writer.WriteNumber("window", window);
        PreprocessingJson.WriteText(writer, "lanes", value.Lanes);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string field, float? value)
    {
        if (value is float number)
            writer.WriteNumber(field, number);
    }

    private static void WriteFlag(Utf8JsonWriter writer, string field, bool? value)
    {
        if (value is bool flag)
            writer.WriteBoolean(field, flag);
    }

    private static void WriteLists(Utf8JsonWriter writer, string field, IReadOnlyList<IReadOnlyList<float>>? lists) => PreprocessingJson.WriteList(writer, field, lists, list =>
    {
        writer.WriteStartArray();
        foreach (float value in list)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    });

    private static T[]? Levels<T>(JsonFields fields, string field, T[]? levels) =>
        levels is not { Length: 0 or > MostLevels } ? levels : throw fields.Wrong(field, $"a list of 1 to {MostLevels}");

    private static bool TryLengths(JsonElement element, [MaybeNullWhen(false)] out IReadOnlyList<float> values)
    {
        bool read = JsonFields.TryList(element, static (JsonElement e, out float v) => JsonFields.TryNumber(e, out v) && v > 0, out float[]? numbers);
        values = numbers;
        return read;
    }

    private static bool TryShare(JsonElement element, out float value) => JsonFields.TryNumber(element, out value) && value is >= 0 and <= 1;
}
