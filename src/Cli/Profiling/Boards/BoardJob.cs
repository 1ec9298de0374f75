using EdgeKit.Cli.Boards;
using EdgeKit.Devices.Boards;
using EdgeKit.Devices.Profiling;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Cli.Profiling.Boards;

/// <summary>Takes a board's profile, here or by ssh.</summary>
internal static class BoardJob
{
    private const string Agent = "edgekit-agent", Profile = "profile.json";
    private const int NotExecutable = 126, NotFound = 127;

    /// <summary>Takes it.</summary>
    /// <exception cref="CliException">It cannot be taken.</exception>
    public static BoardProfile Run(BoardRequest request, Terminal terminal)
    {
        foreach (string model in request.Models)
        {
            if (!model.EndsWith(".ekm", StringComparison.OrdinalIgnoreCase)) throw CliException.Usage($"{model}: a board runs .ekm files; make one with: edgekit compile {model} --out MODEL.ekm");
        }
        return request.Remote is { } remote ? There(request, remote, terminal) : Here(request, terminal);
    }

    private static BoardProfile Here(BoardRequest request, Terminal terminal)
    {
        SweepPoint[] points = SweepPoint.Sweep(new BoardReader().Read(), ThreadAffinity.Get(), List("--threads", request.Threads), List("--cores", request.Cores));
        if (points.Length == 0) throw CliException.Usage($"--threads {request.Threads}: there is no such number of cores of a kind here");
        var options = new ProfileOptions();
        if (request.Rounds is { } rounds) options = options with { Rounds = rounds };
        return new BoardProfiler(options, terminal.Note).Run([.. request.Models.Select(ProfiledModel.Load)], points, terminal.Cancel);
    }

    private static BoardProfile There(BoardRequest request, RemoteRequest remote, Terminal terminal)
    {
        foreach (string file in (string[])[.. request.Models, .. remote.Agent is { } own ? (string[])[own] : []])
        {
            if (!File.Exists(file)) throw CliException.Failure($"{file}: there is no such file");
        }
        using var board = new RemoteBoard(remote.Host, "profile", terminal);
        string agent = Agent;
        if (remote.Agent is { } program)
        {
            agent = board.Put(program, Agent);
            board.MakeExecutable(agent);
        }
        // Models of one name may come from several folders.
        string[] models = [.. request.Models.Select((model, i) => board.Put(model, $"{i}/{Path.GetFileName(model)}"))];
        string profile = $"{board.Folder}/{Profile}";
        (int code, string _) = board.Run(
        [
            agent, "profile", "--out", profile, .. Given("--threads", request.Threads), .. Given("--cores", request.Cores), .. Given("--rounds", request.Rounds is { } rounds ? $"{rounds}" : null), "--", .. models,
        ]);
        if (code is ExitCode.Success or ExitCode.Disturbed && board.Get(profile) is { } json) return ProfileReader.Parse(json, $"{remote.Host.Name}: the profile");
        throw code switch
        {
            NotFound => CliException.Failure($"{remote.Host.Name}: {Agent} is not installed there; name the program for that board with --agent FILE"),
            NotExecutable => CliException.Failure($"{remote.Host.Name}: {remote.Agent ?? Agent} does not run there; it must be built for that board's processor and system (docs/profiling.md)"),
            > ExitCode.Success and <= ExitCode.Device => new CliException(code, $"{remote.Host.Name}: {Agent} failed with exit code {code}, as it says above"),
            _ => CliException.Failure($"{remote.Host.Name}: {Agent} ended with code {code}"),
        };
    }

    private static string[] Given(string option, string? value) => value is null ? [] : [option, value];

    private static int[]? List(string option, string? text) => text is null ? null : CoreList.TryParse(text, out int[] numbers) ? numbers : throw CliException.Usage($"{option}: '{text}' is not a list such as 1,2,4 or 0-3");
}
