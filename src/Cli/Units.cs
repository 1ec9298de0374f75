using System.Globalization;

namespace EdgeKit.Cli;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    /// <summary>Bytes in kB or MB (powers of 1000).</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1000 => Invariant($"{bytes} B"),
        < 1_000_000 => Invariant($"{bytes / 1e3:F1} kB"),
        _ => Invariant($"{bytes / 1e6:F2} MB"),
    };

    /// <summary>A count in thousands or millions.</summary>
    public static string Count(long count) => count switch
    {
        < 1000 => Invariant($"{count}"),
        < 1_000_000 => Invariant($"{count / 1e3:F1} k"),
        _ => Invariant($"{count / 1e6:F2} M"),
    };

    /// <summary>A fraction in percent.</summary>
    public static string Percent(double fraction) => Invariant($"{fraction * 100:F2} %");

    public static string Milliseconds(double value) => Invariant($"{value:F3}");

    /// <summary>Milliseconds in five characters, where they are below 100,000.</summary>
    public static string Brief(double value) => value switch
    {
        < 10 => Invariant($"{value:F3}"),
        < 100 => Invariant($"{value:F2}"),
        < 1000 => Invariant($"{value:F1}"),
        _ => Invariant($"{value:F0}"),
    };

    /// <summary>The start of a text that is too long.</summary>
    public static string Start(string text, int length) => text.Length <= length ? text : $"{text.AsSpan(0, length - 1)}…";

    /// <summary>The end of a text that is too long: the end of a name tells layers apart.</summary>
    public static string End(string text, int length) => text.Length <= length ? text : $"…{text.AsSpan(text.Length - length + 1)}";

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
