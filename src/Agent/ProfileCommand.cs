using EdgeKit.Devices.Boards;
using EdgeKit.Devices.Profiling;
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent profile</c>: what models take on this machine over threads and kinds of cores, the machine being watched; and whether that is more than it was.</summary>
internal static class ProfileCommand
{
    private static readonly string[] Options = ["--out", "--compare", "--bound", "--threads", "--cores", "--rounds", "--seconds", "--repeats", "--cool-down"];

    public static void Run(ReadOnlySpan<string> args, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json", "--across"], Options);
        if (arguments.Rest.Count == 0) throw new UsageException("profile takes models: edgekit-agent profile MODEL.ekm... --out profile.json");
        Board board = new BoardReader().Read();
        SweepPoint[] points = Points(arguments, board);
        double bound = (arguments.Decimal("--bound", 0, 1000) ?? 5) / 100;
        var options = new ProfileOptions();
        options = options with
        {
            Rounds = arguments.Number("--rounds", 2, 1000) ?? options.Rounds,
            Round = arguments.Decimal("--seconds", 0.01, 600) is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Round,
            Repeats = arguments.Number("--repeats", 0, 1000) ?? options.Repeats,
            CoolDown = arguments.Decimal("--cool-down", 0, 3600) is { } pause ? TimeSpan.FromSeconds(pause) : options.CoolDown,
        };
        ProfiledModel[] models = arguments.Rest.Select(ProfiledModel.Load);
        string? source = arguments.Text("--compare");
        BoardProfile? earlier = source is null ? null : ProfileReader.Load(source);
        if (earlier is not null) ProfileComparison.Require(earlier, source!, board.Identity, models.Select(static m => (m.Name, m.Checksum)), arguments.Has("--across"));

        BoardProfile profile = new BoardProfiler(options, line => errors.WriteLine(line)).Run(models, points, cancel);
        byte[] json = ProfileWriter.ToJson(profile);
        if (arguments.Text("--out") is { } path) AtomicFile.Write(path, stream => stream.Write(json));
        IReadOnlyList<PointComparison> comparisons = earlier is null ? [] : ProfileComparison.Of(earlier, profile, bound);
        if (arguments.Has("--json")) output.Write(System.Text.Encoding.UTF8.GetString(json));
        else output.WriteLine(ProfileText.Of(profile));
        // The JSON is the profile alone, as the file holds it.
        if (earlier is not null) (arguments.Has("--json") ? errors : output).WriteLine($"\n{ProfileComparison.ToText(comparisons, source!, bound)}");
        Judge(profile, comparisons, source, bound);
    }

    /// <exception cref="VerdictException">The profile is worth nothing, or slower than the bound allows.</exception>
    internal static void Judge(BoardProfile profile, IReadOnlyList<PointComparison> comparisons, string? source, double bound)
    {
        if (profile.Disturbance is { } why) throw new VerdictException(ExitCode.Disturbed, $"the profile is not valid: {why}");
        if (source is not null && comparisons.Count == 0) throw new VerdictException(ExitCode.Failure, $"{source}: has none of these numbers of threads and cores; nothing could be compared");
        if (source is not null && ProfileComparison.Verdict(comparisons, source, bound) is { } slower) throw new VerdictException(ExitCode.Gate, slower);
    }

    private static SweepPoint[] Points(Arguments arguments, Board board)
    {
        int[] own = ThreadAffinity.Get();
        int[]? threads = null;
        if (arguments.Text("--threads") is { } list && (!CoreList.TryParse(list, out threads) || threads.Contains(0))) throw new UsageException($"--threads takes numbers such as 1,2,4 or 1-4, not '{list}'");
        SweepPoint[] points = SweepPoint.Sweep(board, own, threads, arguments.Cores());
        return points.Length > 0 ? points : throw new UsageException($"--threads {arguments.Text("--threads")}: there is no such number of cores of a kind here");
    }
}
