using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace EdgeKit.Imaging;

/// <summary>The JSON form of <see cref="Preprocessing"/>, read field by field so that an error can name the field.</summary>
internal static class PreprocessingJson
{
    private static readonly string[] ColorNames = ["RGB", "BGR"];
    private static readonly string[] FitNames = ["stretch", "crop", "letterbox"];

    private delegate bool TryRead<T>(JsonElement element, [MaybeNullWhen(false)] out T value);

    internal static Preprocessing Read(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ImageException($"{name}: expected a JSON object");
        Fields fields = new(root, name);
        return new Preprocessing
        {
            Task = fields.Text("task"),
            Decoder = fields.Text("decoder"),
            Width = fields.Integer("width", 1, 10_000) ?? throw fields.Missing("width"),
            Height = fields.Integer("height", 1, 10_000) ?? throw fields.Missing("height"),
            Color = (ColorOrder)fields.Choice("color", ColorNames),
            Fit = (Fit)fields.Choice("fit", FitNames),
            Mean = fields.List<float>("mean", "a list of 3 numbers", TryNumber, length: 3) ?? throw fields.Missing("mean"),
            Std = fields.List<float>("std", "a list of 3 numbers other than 0", TryDivisor, length: 3) ?? throw fields.Missing("std"),
            Pad = (byte)(fields.Integer("pad", 0, 255) ?? Preprocessing.DefaultPad),
            LabelOffset = fields.Integer("label_offset", -1_000_000, 1_000_000) ?? 0,
            Labels = fields.List<string>("labels", "a list of texts", TryText),
            Classes = fields.Text("classes"),
            Strides = fields.List<int>("strides", "a list of positive integers", TryPositive),
            Outputs = fields.List<string>("outputs", "a list of texts", TryText),
        };
    }

    internal static string Write(Preprocessing value)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            WriteText(writer, "task", value.Task);
            WriteText(writer, "decoder", value.Decoder);
            writer.WriteNumber("width", value.Width);
            writer.WriteNumber("height", value.Height);
            writer.WriteString("color", ColorNames[(int)value.Color]);
            writer.WriteString("fit", FitNames[(int)value.Fit]);
            WriteList(writer, "mean", value.Mean, writer.WriteNumberValue);
            WriteList(writer, "std", value.Std, writer.WriteNumberValue);
            if (value.Fit == Fit.Letterbox)
                writer.WriteNumber("pad", value.Pad);
            writer.WriteNumber("label_offset", value.LabelOffset);
            WriteList(writer, "labels", value.Labels, writer.WriteStringValue);
            WriteText(writer, "classes", value.Classes);
            WriteList(writer, "strides", value.Strides, writer.WriteNumberValue);
            WriteList(writer, "outputs", value.Outputs, writer.WriteStringValue);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteText(Utf8JsonWriter writer, string field, string? value)
    {
        if (value is not null)
            writer.WriteString(field, value);
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string field, IReadOnlyList<T>? values, Action<T> write)
    {
        if (values is null)
            return;
        writer.WriteStartArray(field);
        foreach (T value in values)
            write(value);
        writer.WriteEndArray();
    }

    private static bool TryText(JsonElement element, [MaybeNullWhen(false)] out string value)
    {
        value = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return value is not null;
    }

    private static bool TryInteger(JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }

    private static bool TryPositive(JsonElement element, out int value) => TryInteger(element, out value) && value > 0;

    private static bool TryNumber(JsonElement element, out float value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out value) && float.IsFinite(value);
    }

    private static bool TryDivisor(JsonElement element, out float value) => TryNumber(element, out value) && value != 0;

    /// <summary>The object's fields; a field that is absent or null reads as null.</summary>
    private readonly struct Fields(JsonElement root, string name)
    {
        internal ImageException Missing(string field) => new($"{name}: field \"{field}\" is missing");

        internal string? Text(string field)
        {
            if (!TryGet(field, out JsonElement element))
                return null;
            return TryText(element, out string? text) ? text : throw Wrong(field, "a text");
        }

        internal int? Integer(string field, int min, int max)
        {
            if (!TryGet(field, out JsonElement element))
                return null;
            return TryInteger(element, out int value) && value >= min && value <= max ? value : throw Wrong(field, $"an integer from {min} to {max}");
        }

        /// <summary>The index of the field's text among the choices; 0 when the field is absent.</summary>
        internal int Choice(string field, string[] choices)
        {
            if (Text(field) is not string text)
                return 0;
            int index = Array.FindIndex(choices, choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? index : throw Wrong(field, $"one of {string.Join(", ", choices)}");
        }

        internal T[]? List<T>(string field, string expected, TryRead<T> tryRead, int? length = null)
        {
            if (!TryGet(field, out JsonElement element))
                return null;
            if (element.ValueKind != JsonValueKind.Array || (length ?? element.GetArrayLength()) != element.GetArrayLength())
                throw Wrong(field, expected);
            List<T> values = [];
            foreach (JsonElement item in element.EnumerateArray())
                values.Add(tryRead(item, out T? value) ? value : throw Wrong(field, expected));
            return [.. values];
        }

        private bool TryGet(string field, out JsonElement element) => root.TryGetProperty(field, out element) && element.ValueKind != JsonValueKind.Null;

        private ImageException Wrong(string field, string expected) => new($"{name}: field \"{field}\" must be {expected}");
    }
}
