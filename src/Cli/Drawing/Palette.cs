namespace EdgeKit.Cli.Drawing;

/// <summary>Colours of categories, told apart on light and dark ground.</summary>
internal static class Palette
{
    private static readonly string[] Colours = ["#4477aa", "#ee7733", "#228833", "#cc3377", "#aa9900", "#33a0c0", "#8866cc", "#8a8a8a"];

    /// <summary>The class of category <paramref name="index"/>; those past the last colour share it.</summary>
    public static string Class(int index) => $"c{Math.Min(index, Colours.Length - 1)}";

    /// <summary>Style rules for the classes.</summary>
    public static string Style => string.Concat(Colours.Select(static (colour, i) => $".c{i}{{fill:{colour};background:{colour}}}\n"));
}
