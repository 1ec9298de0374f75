using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeKit.Imaging;

/// <summary>The fields of a JSON object, read so that an error can name file and field; a field that is absent or null reads as null.</summary>
internal readonly struct JsonFields(JsonElement root, string name)
{
    internal delegate bool TryRead<T>(JsonElement element, [MaybeNullWhen(false)] out T value);

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

    internal float? Number(string field, float min, float max)
    {
        if (!TryGet(field, out JsonElement element))
            return null;
        return TryNumber(element, out float value) && value >= min && value <= max ? value : throw Wrong(field, FormattableString.Invariant($"a number from {min} to {max}"));
    }

    internal bool? Flag(string field)
    {
        if (!TryGet(field, out JsonElement element))
            return null;
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Wrong(field, "true or false");
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
        return TryList(element, tryRead, out T[]? values) && (length ?? values.Length) == values.Length ? values : throw Wrong(field, expected);
    }

    internal static bool TryList<T>(JsonElement element, TryRead<T> tryRead, [MaybeNullWhen(false)] out T[] values)
    {
        values = null;
        if (element.ValueKind != JsonValueKind.Array)
            return false;
        List<T> read = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (!tryRead(item, out T? value))
                return false;
            read.Add(value);
        }
        values = [.. read];
        return true;
    }

    internal bool TryGet(string field, out JsonElement element) => root.TryGetProperty(field, out element) && element.ValueKind != JsonValueKind.Null;

    internal ImageException Wrong(string field, string expected) => new($"{name}: field \"{field}\" must be {expected}");

    internal static bool TryText(JsonElement element, [MaybeNullWhen(false)] out string value)
    {
        value = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return value is not null;
    }

    internal static bool TryInteger(JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }

    internal static bool TryPositive(JsonElement element, out int value) => TryInteger(element, out value) && value > 0;

    internal static bool TryNumber(JsonElement element, out float value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out value) && float.IsFinite(value);
    }

    internal static bool TryDivisor(JsonElement element, out float value) => TryNumber(element, out value) && value != 0;
}
