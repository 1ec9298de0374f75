using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKit.Cli;

/// <summary>JSON results: records with snake_case fields and a version first.</summary>
internal static class JsonOutput
{
    /// <summary>Version of every JSON result; raised when a field changes its meaning or goes.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Format<T>(T result) => JsonSerializer.Serialize(result, Options);

    /// <summary>Reads what <see cref="Format{T}"/> wrote.</summary>
    /// <exception cref="JsonException">It is not that.</exception>
    public static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("the file holds null");

    /// <summary>A number for JSON, which has no infinities: null instead.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
