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

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
