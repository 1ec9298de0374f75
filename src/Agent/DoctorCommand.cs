using EdgeKit.Agent.Doctoring;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent doctor</c>: whether this machine has what the agent needs, and what mends it where not.</summary>
internal static class DoctorCommand
{
    private const string DefaultSettings = "/etc/edgekit/agent.conf", DefaultSlots = "/var/lib/edgekit/slots", DefaultState = "/var/lib/edgekit";

    public static void Run(ReadOnlySpan<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--json"], ["--settings", "--slots"]);
        if (arguments.Rest.Count > 0) throw new UsageException("doctor takes no files: edgekit-agent doctor --settings FILE --slots DIR");
        var reader = new BoardReader();
        Board board = reader.Read();
        IReadOnlyList<Finding> findings = Doctor.Look(new Patient
        {
            Board = board,
            Reading = reader.Look(board.Cores.Select(static c => c.Number)),
            Settings = arguments.Text("--settings") is { } settings ? Path.GetFullPath(settings) : File.Exists(DefaultSettings) ? DefaultSettings : null,
            Slots = arguments.Text("--slots") is { } slots ? Path.GetFullPath(slots) : Directory.Exists(DefaultState) ? DefaultSlots : null,
        });
        output.WriteLine(arguments.Has("--json") ? JsonText.Of(json => Doctor.WriteJson(json, findings)) : Doctor.ToText(findings));
        int failed = findings.Where(static f => f.Level == FindingLevel.Fail).Length;
        if (failed > 0) throw new VerdictException(ExitCode.Failure, $"{failed} of {findings.Count} checks failed");
    }
}
