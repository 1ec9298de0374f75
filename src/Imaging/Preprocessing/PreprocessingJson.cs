using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EdgeKit.Imaging;

/// <summary>The JSON form of <see cref="Preprocessing"/>, read field by field so that an error can name the field.</summary>
internal static class PreprocessingJson
{
    private static readonly string[] ColorNames = ["RGB", "BGR"];
    private static readonly string[] FitNames = ["stretch", "crop", "letterbox"];

    internal static Preprocessing Read(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ImageException($"{name}: expected a JSON object");
        JsonFields fields = new(root, name);
        return new Preprocessing
        {
            Task = fields.Text("task"),
            Decoder = DecoderJson.Read(root, name),
            Width = fields.Integer("width", 1, 10_000) ?? throw fields.Missing("width"),
            Height = fields.Integer("height", 1, 10_000) ?? throw fields.Missing("height"),
            Color = (ColorOrder)fields.Choice("color", ColorNames),
            Fit = (Fit)fields.Choice("fit", FitNames),
            Mean = fields.List<float>("mean", "a list of 3 numbers", JsonFields.TryNumber, length: 3) ?? throw fields.Missing("mean"),
            Std = fields.List<float>("std", "a list of 3 numbers other than 0", JsonFields.TryDivisor, length: 3) ?? throw fields.Missing("std"),
            Pad = (byte)(fields.Integer("pad", 0, 255) ?? Preprocessing.DefaultPad),
            LabelOffset = fields.Integer("label_offset", -1_000_000, 1_000_000) ?? 0,
            Labels = fields.List<string>("labels", "a list of texts", JsonFields.TryText),
            Classes = fields.Text("classes"),
            Strides = fields.List<int>("strides", "a list of positive integers", JsonFields.TryPositive),
            Outputs = fields.List<string>("outputs", "a list of texts", JsonFields.TryText),
        };
    }

    internal static string Write(Preprocessing value)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            WriteText(writer, "task", value.Task);
            DecoderJson.Write(writer, value.Decoder);
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

    internal static void WriteText(Utf8JsonWriter writer, string field, string? value)
    {
        if (value is not null)
            writer.WriteString(field, value);
    }

    internal static void WriteList<T>(Utf8JsonWriter writer, string field, IReadOnlyList<T>? values, Action<T> write)
    {
        if (values is null)
            return;
        writer.WriteStartArray(field);
        foreach (T value in values)
            write(value);
        writer.WriteEndArray();
    }
}
