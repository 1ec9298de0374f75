using EdgeKit.Compiler;

namespace EdgeKit.Cli.Models;

/// <summary>Names of the compiler's steps on the command line.</summary>
internal static class OptimizationNames
{
    private static readonly (string Name, Optimizations Step)[] Steps =
    [
        ("views", Optimizations.Views),
        ("shuffle", Optimizations.Shuffle),
        ("inplace", Optimizations.InPlace),
        ("bands", Optimizations.Bands),
        ("attention", Optimizations.Attention),
        ("subpixels", Optimizations.Subpixels),
    ];

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => Steps.Select(static s => s.Name);

    /// <summary>Reads lists of names, separated by commas.</summary>
    public static Optimizations Parse(IEnumerable<string> lists)
    {
        Optimizations all = Optimizations.None;
        foreach (string name in lists.SelectMany(static l => l.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            Optimizations step = name == "all" ? Optimizations.All : Array.Find(Steps, s => s.Name == name).Step;
            if (step == Optimizations.None) throw CliException.Usage($"--without {name}: there is no such step; there are {string.Join(", ", All)}, and all");
            all |= step;
        }
        return all;
    }
}
