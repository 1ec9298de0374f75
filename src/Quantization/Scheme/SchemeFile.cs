using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKit.Quantization;

/// <summary>Schemes as JSON, one tensor or layer a line.</summary>
public static class SchemeFile
{
    /// <summary>Version of the file format.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>A scheme as text.</summary>
    public static string Format(QuantizationScheme scheme)
    {
        var text = new StringBuilder("{\n");
        Field("version", Version);
        Field("activations", scheme.Activations);
        Field("weights", scheme.Weights);
        Field("without", scheme.Without);
        Lines("tensors", scheme.Tensors);
        text.Append(",\n");
        Lines("layers", scheme.Layers);
        return text.Append("\n}\n").ToString();

        void Field<T>(string name, T value) => text.Append("  \"").Append(name).Append("\": ").Append(JsonSerializer.Serialize(value, Options)).Append(",\n");

        void Lines<T>(string name, IReadOnlyList<T> entries) =>
            text.Append("  \"").Append(name).Append("\": [\n    ").AppendJoin(",\n    ", entries.Select(static e => JsonSerializer.Serialize(e, Options))).Append("\n  ]");
    }

    /// <summary>Reads what <see cref="Format"/> wrote, or a person changed. Lines and fields may be missing; comments are allowed.</summary>
    /// <param name="text">The content.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SchemeException">It is malformed, or contradicts itself.</exception>
    public static QuantizationScheme Parse(string text, string path)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(text, Options) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e)
        {
            throw new SchemeException($"{path}: is not a scheme: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        if (content.Version != Version) throw new SchemeException($"{path}: has version {content.Version} where this program reads {Version}; write it again with --save-scheme");
        CheckTensors(content.Tensors, path);
        CheckLayers(content.Layers, path);
        return new QuantizationScheme
        {
            Activations = content.Activations,
            Weights = content.Weights,
            Without = content.Without,
            Tensors = content.Tensors,
            Layers = content.Layers,
        };
    }

    private static void CheckTensors(IReadOnlyList<SchemeTensor> tensors, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var groups = new Dictionary<int, SchemeTensor>();
        foreach (SchemeTensor t in tensors)
        {
            CheckEntry("tensor", t.Name, t.Type, names, path);
            if (t.Type == QuantizationScheme.Float) continue;
            if (t.Low is not { } low || t.High is not { } high) throw new SchemeException($"{path}: tensor '{t.Name}' is {QuantizationScheme.Int8} but has no low and high; give both, or remove its line to measure it");
            if (!float.IsFinite(low) || !float.IsFinite(high) || low > high) throw new SchemeException($"{path}: tensor '{t.Name}' has the range {low} to {high}; low must be at most high, both finite");
            if (t.Group is not { } group || groups.TryAdd(group, t)) continue;
            SchemeTensor other = groups[group];
            if (other.Low != low || other.High != high)
                throw new SchemeException($"{path}: tensors '{other.Name}' and '{t.Name}' are both of group {group}, which has one scale, but their ranges differ; change all of the group");
        }
    }

    private static void CheckLayers(IReadOnlyList<SchemeLayer> layers, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SchemeLayer layer in layers) CheckEntry("layer", layer.Name, layer.Type, names, path);
    }

    private static void CheckEntry(string what, string? name, string? type, HashSet<string> names, string path)
    {
        if (string.IsNullOrEmpty(name)) throw new SchemeException($"{path}: a {what} has no name");
        if (!names.Add(name)) throw new SchemeException($"{path}: {what} '{name}' is there twice");
        if (type is not (QuantizationScheme.Int8 or QuantizationScheme.Float))
            throw new SchemeException($"{path}: {what} '{name}' has the type '{type}'; it can be {QuantizationScheme.Int8} or {QuantizationScheme.Float}");
    }

    private sealed record Content
    {
        public int Version { get; init; }
        public ActivationScheme Activations { get; init; }
        public WeightGranularity Weights { get; init; }
        public IReadOnlyList<string> Without { get; init; } = [];
        public IReadOnlyList<SchemeTensor> Tensors { get; init; } = [];
        public IReadOnlyList<SchemeLayer> Layers { get; init; } = [];
    }
}
