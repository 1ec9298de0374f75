using System.CommandLine;
using System.Text.RegularExpressions;
using EdgeKit.Cli.Deploying;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit deploy</c>: brings a model to a board.</summary>
internal static partial class DeployVerb
{
    private const int LongestWait = 9999;

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("model") { Description = "The model, an .ekm file; FILE.sig beside it is its signature." };
        var host = new Option<string>("--host") { Description = "The board, as ssh takes it.", HelpName = "USER@BOARD", Required = true };
        var package = new Option<string?>("--package") { Description = "The agent's package for that board; without, the agent that is there.", HelpName = "FILE.deb" };
        var camera = new Option<string?>("--camera") { Description = "Its camera, such as /dev/video0 or csi; written to the agent's settings.", HelpName = "NAME" };
        var wait = new Option<int>("--wait") { Description = "Seconds that the running agent has to confirm the model.", HelpName = "S", DefaultValueFactory = static _ => 60 };
        Option<bool> json = SharedOptions.Json();
        var ssh = new SshOptionSet();
        var command = new Verb("deploy", "Brings a model to a board and has it used there.",
            """
            Goes over the system's ssh. The agent on the board checks the model and its
            signature, stores it beside the one in use, and tries it; the service then runs
            it. 30 frames of the board's camera confirm it; a model that is not confirmed in
            time gives way to the one before, which is exit code 1. Running it again is
            safe. The user on the board must be root, or become it by sudo without being
            asked for a password; deploy/deploy does the same and can be asked.

            Examples: edgekit deploy m.ekm --host pi@raspberrypi.local
                      edgekit deploy m.ekm --host pi@board --camera csi
                          --package edgekit-agent_0.1.0_arm64.deb
            """) { model, host, package, camera, wait, json, ssh.Options, ssh.Program };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            if (!path.EndsWith(".ekm", StringComparison.OrdinalIgnoreCase)) throw CliException.Usage($"{path}: a board runs .ekm files; make one with: edgekit compile {path} --out MODEL.ekm");
            string? name = parsed.GetValue(camera);
            if (name is not null && !CameraName().IsMatch(name)) throw CliException.Usage($"--camera takes a name such as /dev/video0 or csi, not '{name}'");
            int seconds = parsed.GetValue(wait);
            if (seconds is < 1 or > LongestWait) throw CliException.Usage($"--wait takes seconds from 1 to {LongestWait}");
            DeployResult result = Deployment.Run(new DeployRequest(path, parsed.GetValue(package), name, seconds, ssh.Of(parsed, parsed.GetRequiredValue(host))), terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(result) : string.Join('\n', result.Board));
            return ExitCode.Success;
        });
        return command;
    }

    // What the script on the board can write into a file of settings.
    [GeneratedRegex("^[A-Za-z0-9/._:-]+$")]
    private static partial Regex CameraName();
}
