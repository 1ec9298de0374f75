using System.Globalization;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Agent;

/// <summary>
/// A verb's arguments: flags (<c>--json</c>), options with a value (<c>--top 5</c>, <c>--top=5</c>), and the rest, which after <c>--</c> may begin with a dash.
/// </summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _rest = [];

    /// <param name="args">What follows the verb.</param>
    /// <param name="flags">Names of the flags.</param>
    /// <param name="options">Names of the options with a value.</param>
    /// <exception cref="UsageException">A name is unknown or given twice, or a value is missing.</exception>
    public Arguments(ReadOnlySpan<string> args, string[] flags, string[] options)
    {
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (arg == "--")
            {
                _rest.AddRange(args[(i + 1)..]);
                return;
            }
            if (!arg.StartsWith('-') || arg == "-")
            {
                _rest.Add(arg);
                continue;
            }
            int equals = arg.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? arg : arg[..equals], value = "";
            if (options.Contains(name))
                value = equals >= 0 ? arg[(equals + 1)..] : ++i < args.Length ? args[i] : throw new UsageException($"{name} needs a value");
            else if (equals >= 0 || !flags.Contains(name))
                throw new UsageException($"unknown option '{arg}'; see edgekit-agent --help");
            if (!_values.TryAdd(name, value)) throw new UsageException($"{name} is given twice");
        }
    }

    /// <summary>What is neither a flag nor an option.</summary>
    public IReadOnlyList<string> Rest => _rest;

    public bool Has(string flag) => _values.ContainsKey(flag);

    public string? Text(string option) => _values.GetValueOrDefault(option);

    /// <summary>What <c>--threads</c> and <c>--cores</c> say: one thread, or one for each core that is named.</summary>
    /// <exception cref="UsageException">A value is not what it should be.</exception>
    public ThreadChoice Threads()
    {
        int[]? cores = Cores();
        int threads = Text("--threads") == "auto" ? SessionOptions.AutoThreads : Number("--threads", 1, AgentModel.MaxThreads) ?? cores?.Length ?? 1;
        return new ThreadChoice(threads, cores);
    }

    /// <summary>What <c>--cores</c> says; null where it is not given.</summary>
    /// <exception cref="UsageException">It is no list of cores that this process may use.</exception>
    public int[]? Cores()
    {
        if (Text("--cores") is not { } list) return null;
        int[] own = ThreadAffinity.Get();
        return CoreList.TryParse(list, out int[] cores) && Array.TrueForAll(cores, core => own.Contains(core)) ? cores
            : throw new UsageException($"--cores takes cores of {string.Join(',', own)}, such as {own[0]}-{own[^1]}, not '{list}'");
    }

    /// <summary>The number with a decimal point that an option gives, null when it is not given.</summary>
    /// <exception cref="UsageException">It is not a number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public double? Decimal(string option, double min, double max)
    {
        if (Text(option) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max) return value;
        throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a number from {min} to {max}, not '{text}'"));
    }

    /// <summary>The number an option gives, null when it is not given.</summary>
    /// <exception cref="UsageException">It is not a number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public int? Number(string option, int min, int max)
    {
        if (Text(option) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max) return value;
        throw new UsageException($"{option} takes a number from {min} to {max}, not '{text}'");
    }
}
