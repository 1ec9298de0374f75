using System.Globalization;

namespace EdgeKit.Cli.Models;

/// <summary>The values of <c>--shape</c>: HxW, NxCxHxW or any dimensions, for the only input, or NAME=... for several, separated by commas.</summary>
internal static class InputShape
{
    private const int MaxRank = 8;

    /// <summary>Parses one value into shapes by input name; "" is the only input.</summary>
    /// <exception cref="CliException">It is not of that form.</exception>
    public static IReadOnlyDictionary<string, int[]> Parse(string text)
    {
        var shapes = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (string part in text.Split(','))
        {
            int equals = part.LastIndexOf('=');
            string[] sizes = part[(equals + 1)..].Split('x', 'X');
            if (sizes.Length is < 1 or > MaxRank || !Array.TrueForAll(sizes, static s => TrySize(s, out _)))
                throw CliException.Usage($"--shape {text}: expected HxW, NxCxHxW or NAME=NxCxHxW, such as 224x224 or 1x3x224x224");
            shapes[equals < 0 ? "" : part[..equals]] = Array.ConvertAll(sizes, static s => TrySize(s, out int size) ? size : 0);
        }
        return shapes;
    }

    /// <summary>Dimensions as they are written: 1x3x224x224.</summary>
    public static string Format(IEnumerable<int> dimensions) => string.Join('x', dimensions);

    private static bool TrySize(string text, out int size) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size > 0;
}
