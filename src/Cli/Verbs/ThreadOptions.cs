using System.CommandLine;
using System.Globalization;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>--threads</c> and <c>--cores</c>.</summary>
internal sealed class ThreadOptions
{
    private const int MaxThreads = 1024;
    private const string Auto = "auto";

    private readonly Option<string?> _threads = new("--threads")
    {
        Description = "Threads of an inference; several numbers with commas; auto to choose by measuring. Default: one, or one for each of --cores.",
        HelpName = "N",
    };

    private readonly Option<string?> _cores = new("--cores")
    {
        Description = "Processor cores for EdgeKit's threads, such as 4-7 or 0,2. Default: the big ones, where the system likes.",
        HelpName = "LIST",
    };

    public void AddTo(Command command)
    {
        command.Add(_threads);
        command.Add(_cores);
    }

    /// <summary>What <c>--threads</c> says, or null.</summary>
    public string? ThreadText(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>What <c>--cores</c> says, or null.</summary>
    public string? CoreText(ParseResult parsed) => parsed.GetValue(_cores);

    /// <summary>The cores asked for, or null.</summary>
    /// <exception cref="CliException">This is no list of cores of this machine.</exception>
    public int[]? Cores(ParseResult parsed)
    {
        if (parsed.GetValue(_cores) is not { } text) return null;
        if (!CoreList.TryParse(text, out int[] cores)) throw CliException.Usage($"--cores: '{text}' is not a list of cores; write 4-7 or 0,2");
        int[] own = ThreadAffinity.Get();
        return Array.TrueForAll(cores, c => own.Contains(c)) ? cores : throw CliException.Usage($"--cores {text}: this process may use {string.Join(',', own)}");
    }

    /// <summary>The numbers of threads asked for, each once; <see cref="SessionOptions.AutoThreads"/> for auto.</summary>
    /// <exception cref="CliException">One is not a number of threads.</exception>
    public int[] Threads(ParseResult parsed)
    {
        if (parsed.GetValue(_threads) is not { } text) return [Cores(parsed)?.Length ?? 1];
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Count).Distinct()];
    }

    /// <summary>The one number of threads asked for.</summary>
    /// <exception cref="CliException">There are several, or it is no number of threads.</exception>
    public int Single(ParseResult parsed) => Threads(parsed) is [int only] ? only : throw CliException.Usage("--threads: one number here");

    private static int Count(string part) =>
        part == Auto ? SessionOptions.AutoThreads
        : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxThreads ? count
        : throw CliException.Usage($"--threads: '{part}' is not a number of threads");
}
