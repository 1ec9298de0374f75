using System.Text;
using System.Text.Json;

namespace EdgeKit.Onnx;

/// <summary>A <see cref="ModelSummary"/> as JSON.</summary>
public static class SummaryJson
{
    /// <summary>Version of the form, raised when a field changes its meaning or goes.</summary>
    public const int Version = 1;

    /// <summary>The summary as one indented object.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="runsAs">Says how the runtime takes a node; adds a field to each layer.</param>
    public static string Format(ModelSummary summary, Func<Node, string>? runsAs = null)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) Write(json, summary, runsAs);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the summary as one object.</summary>
    public static void Write(Utf8JsonWriter json, ModelSummary summary, Func<Node, string>? runsAs = null)
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("model", summary.Name);
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("macs", summary.Macs);
        json.WriteNumber("activation_bytes", summary.ActivationBytes);
        json.WriteNumber("peak_activation_bytes", summary.PeakActivationBytes);
        json.WriteStartArray("layers");
        foreach (LayerSummary layer in summary.Layers) WriteLayer(json, layer, runsAs);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, LayerSummary layer, Func<Node, string>? runsAs)
    {
        json.WriteStartObject();
        json.WriteString("name", layer.Name);
        json.WriteString("op", layer.OpType);
        json.WriteStartArray("output_shape");
        foreach (int d in layer.OutputShape) json.WriteNumberValue(d);
        json.WriteEndArray();
        json.WriteNumber("parameters", layer.Parameters);
        json.WriteNumber("macs", layer.Macs);
        json.WriteNumber("activation_bytes", layer.ActivationBytes);
        if (layer.ReceptiveField is { } field)
        {
            json.WriteStartObject("receptive_field");
            json.WriteNumber("height", field.Height);
            json.WriteNumber("width", field.Width);
            json.WriteBoolean("whole_input", field.WholeInput);
            json.WriteEndObject();
            if (!field.WholeInput)
            {
                json.WriteStartObject("stride");
                json.WriteNumber("y", field.StrideY);
                json.WriteNumber("x", field.StrideX);
                json.WriteEndObject();
            }
        }
        if (runsAs is not null) json.WriteString("runs_as", runsAs(layer.Node));
        json.WriteEndObject();
    }
}
