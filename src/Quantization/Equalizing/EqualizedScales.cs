using System.Text.Json;
using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>By how much equalization scaled the channels of tensors, kept in a graph's metadata, so that a quantized model can be compared with its float model tensor by tensor.</summary>
public static class EqualizedScales
{
    private const string Key = "edgekit.equalized_scales";

    /// <summary>Factors by the name of the value; none where the graph was not equalized, or not by EdgeKit.</summary>
    /// <param name="graph">A float or QDQ graph.</param>
    /// <exception cref="ModelException">The metadata is malformed.</exception>
    public static IReadOnlyDictionary<string, float[]> Of(Graph graph)
    {
        if (!graph.Metadata.TryGetValue(Key, out string? text)) return new Dictionary<string, float[]>();
        try
        {
            Dictionary<string, float[]> scales = JsonSerializer.Deserialize<Dictionary<string, float[]>>(text) ?? [];
            if (scales.Values.All(static factors => factors is not null && factors.All(static f => f > 0 && float.IsFinite(f)))) return scales;
        }
        catch (JsonException)
        {
        }
        throw new ModelException($"the metadata {Key} is damaged; quantize the model again");
    }

    internal static void Record(Graph graph, IEnumerable<(Value Value, float[] Factors)> scaled)
    {
        var scales = new SortedDictionary<string, float[]>(Of(graph).ToDictionary(), StringComparer.Ordinal);
        foreach ((Value value, float[] factors) in scaled)
        {
            if (Array.Exists(factors, static f => f != 1))
                scales[value.Name] = scales.TryGetValue(value.Name, out float[]? before) ? [.. before.Zip(factors, static (a, b) => a * b)] : factors;
        }
        graph.Metadata[Key] = JsonSerializer.Serialize(scales);
    }
}
