using System.Globalization;

namespace EdgeKit.Arm64.Tool;

/// <summary>The most instructions that one inference may take, by network and core: tests/Arm64/limits.</summary>
internal sealed class Limits
{
    private readonly Dictionary<(string Model, string Cpu), long> _instructions = [];

    /// <summary>Reads lines of network, core and millions of instructions; '#' begins a comment.</summary>
    public Limits(string path)
    {
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            _instructions.Add((words[0], words[1]), (long)(double.Parse(words[2], CultureInfo.InvariantCulture) * 1e6));
        }
    }

    /// <summary>By how much the network exceeds its limit; empty where it does not or has none.</summary>
    public string Excess(string model, string cpu, long instructions) =>
        _instructions.TryGetValue((model, cpu), out long limit) && instructions > limit
            ? string.Create(CultureInfo.InvariantCulture, $"{(instructions - limit) / 1e6:0.00} M instructions ({100.0 * (instructions - limit) / limit:0.0} %) over its limit of {limit / 1e6:0.00} M, see tests/Arm64/limits")
            : "";
}
