using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace EdgeKit.Cli.Searching;

/// <summary>The trials of a search: every combination of the values that options take.</summary>
internal static class TrialGrid
{
    /// <summary>Separates values, in <c>--vary</c> and <c>--mac-budget</c>.</summary>
    public const char Separator = ',';

    /// <summary>Reads <c>--vary NAME=V,V</c>.</summary>
    /// <param name="texts">The values of the option.</param>
    /// <param name="options">The options that may vary.</param>
    /// <exception cref="CliException">It is not of that form, or names no such option.</exception>
    public static IEnumerable<(string Name, string[] Values)> Parse(IEnumerable<string> texts, IReadOnlyList<Option> options)
    {
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = "--" + (equals < 0 ? text : text[..equals]).TrimStart('-');
            if (!options.Any(o => o.Name == name))
                throw CliException.Usage($"--vary {text}: expected NAME=VALUE,VALUE with one of {string.Join(", ", options.Select(static o => o.Name.TrimStart('-')))}");
            string[] values = text[(equals + 1)..].Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (equals < 0 || values.Length == 0) throw CliException.Usage($"--vary {text}: names no value; write {name.TrimStart('-')}=VALUE,VALUE");
            yield return (name, values);
        }
    }

    /// <summary>All combinations; the first option changes slowest.</summary>
    /// <param name="axes">Options with their values; a later entry for the same option replaces an earlier one.</param>
    /// <param name="simplify">Takes away settings that have no effect beside others; combinations that become equal are one.</param>
    /// <param name="inputs">Hash of the model and the pictures.</param>
    public static IReadOnlyList<Trial> Of(IEnumerable<(string Name, string[] Values)> axes, Func<IReadOnlyList<(string Name, string Value)>, IEnumerable<(string Name, string Value)>> simplify, string inputs)
    {
        var last = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach ((string name, string[] values) in axes) last[name] = values;
        IEnumerable<IReadOnlyList<(string, string)>> combinations = [[]];
        foreach ((string name, string[] values) in last)
            combinations = combinations.SelectMany(c => values.Select(v => (IReadOnlyList<(string, string)>)[.. c, (name, v)]));
        return [.. combinations.Select(c => Create([.. simplify(c)], inputs)).DistinctBy(static t => t.Id)];
    }

    private static Trial Create(IReadOnlyList<(string Name, string Value)> settings, string inputs)
    {
        IEnumerable<string> ordered = settings.Select(static s => $"{s.Name}={s.Value}").Order(StringComparer.Ordinal);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [inputs, .. ordered])));
        return new Trial(Convert.ToHexStringLower(hash)[..16], [.. settings.SelectMany(static s => new[] { s.Name, s.Value })]);
    }
}
