namespace EdgeKit.Onnx.Format;

/// <summary>Names from a file in messages: one line and of bounded length, whatever the file holds.</summary>
internal static class Printable
{
    private const int Longest = 200;

    /// <summary>The text with control characters replaced and its end cut off where it is long.</summary>
    public static string Of(string text)
    {
        string shortened = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "...") : text;
        return string.Create(shortened.Length, shortened, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
