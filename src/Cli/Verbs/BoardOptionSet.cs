using System.CommandLine;
using EdgeKit.Cli.Profiling.Boards;
using EdgeKit.Devices.Profiling;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options of <c>profile</c> that sweep threads and cores, here or on a board, and compare.</summary>
internal sealed class BoardOptionSet
{
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Sweep threads and cores of a watched machine; write JSON, and a page beside it.", HelpName = "FILE.json" };
    private readonly Option<string?> _host = new("--host") { Description = "Do that on a board, by ssh.", HelpName = "USER@BOARD" };
    private readonly SshOptionSet _ssh = new();
    private readonly Option<string?> _agent = new("--agent") { Description = "The agent for that board; without, the one installed there.", HelpName = "FILE" };
    private readonly Option<int?> _rounds = new("--rounds") { Description = "Rounds at each point of the sweep.", HelpName = "N" };
    private readonly Option<string?> _compare = new("--compare") { Description = "An earlier FILE.json: exit code 3 where the models have become slower.", HelpName = "FILE.json" };
    private readonly Option<double> _bound = new("--bound") { Description = "By how many percent they may.", HelpName = "P", DefaultValueFactory = static _ => 5 };
    private readonly Option<bool> _across = new("--across") { Description = "Compare with another machine or other files too." };
    private readonly Option<string?> _from = new("--from") { Description = "Show such a FILE.json again, instead of measuring.", HelpName = "FILE.json" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _out, _host, _ssh.Options, _ssh.Program, _agent, _rounds, _compare, _bound, _across, _from }) command.Add(option);
    }

    /// <summary>Whether a board is profiled, or its profile shown, rather than one model here.</summary>
    public bool IsBoard(ParseResult parsed) => new Option[] { _out, _host, _compare, _from }.Any(o => parsed.GetResult(o) is not null);

    /// <summary>Does it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">The models.</param>
    /// <param name="page">Where the page goes; null for beside the JSON.</param>
    /// <param name="threads">Numbers of threads, as given.</param>
    /// <param name="cores">Cores, as given.</param>
    /// <param name="json">Whether the result is JSON.</param>
    /// <param name="terminal">Where the result goes.</param>
    public int Run(ParseResult parsed, IReadOnlyList<string> models, string? page, string? threads, string? cores, bool json, Terminal terminal)
    {
        string? from = parsed.GetValue(_from), host = parsed.GetValue(_host), agent = parsed.GetValue(_agent), source = parsed.GetValue(_compare);
        string? file = parsed.GetValue(_out) ?? (from is null ? "profile.json" : null);
        if (from is not null ? models.Count > 0 || host is not null : models.Count == 0) throw CliException.Usage("profile takes models, or --from FILE.json instead");
        if (agent is not null && host is null) throw CliException.Usage($"{_agent.Name} is for a board: give {_host.Name}");
        if (parsed.GetValue(_rounds) is < 2) throw CliException.Usage($"{_rounds.Name} must be 2 or more");
        if (!(parsed.GetValue(_bound) >= 0)) throw CliException.Usage($"{_bound.Name} must be 0 or more");
        foreach (string output in new[] { file, page }.OfType<string>()) OutputFile.RequireFolder(output);
        BoardProfile? earlier = source is null ? null : ProfileReader.Load(source);

        var remote = host is null ? null : new RemoteRequest(_ssh.Of(parsed, host), agent);
        BoardProfile profile = from is not null ? ProfileReader.Load(from) : BoardJob.Run(new BoardRequest(models, threads, cores, parsed.GetValue(_rounds), remote), terminal);
        if (earlier is not null)
            ProfileComparison.Require(earlier, source!, profile.Board.Identity, [.. profile.Models.Select(static m => (m.Name, m.Checksum))], parsed.GetValue(_across));
        byte[] content = ProfileWriter.ToJson(profile);
        if (file is not null) OutputFile.Write(file, content);
        page ??= file is null ? null : Path.ChangeExtension(file, ".html");
        if (page is not null) OutputFile.Write(page, BoardPage.Of(profile));
        terminal.Output.Write(json ? System.Text.Encoding.UTF8.GetString(content) : ProfileText.Of(profile) + "\n");
        return Judge(profile, earlier, source, parsed.GetValue(_bound) / 100, json, terminal);
    }

    private static int Judge(BoardProfile profile, BoardProfile? earlier, string? source, double bound, bool json, Terminal terminal)
    {
        IReadOnlyList<PointComparison> comparisons = earlier is null ? [] : ProfileComparison.Of(earlier, profile, bound);
        if (earlier is not null) (json ? terminal.Error : terminal.Output).WriteLine($"\n{ProfileComparison.ToText(comparisons, source!, bound)}");
        if (profile.Disturbance is { } why) throw new CliException(ExitCode.Disturbed, $"the profile is not valid: {why}");
        if (earlier is not null && comparisons.Count == 0) throw CliException.Failure($"{source}: has none of these numbers of threads and cores; nothing could be compared");
        return source is not null && ProfileComparison.Verdict(comparisons, source, bound) is { } slower ? throw new CliException(ExitCode.Gate, slower) : ExitCode.Success;
    }
}
