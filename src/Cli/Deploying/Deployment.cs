using EdgeKit.Cli.Boards;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Deploying;

/// <summary>A deployment that is asked for.</summary>
/// <param name="Model">The model, with its signature beside it where there is one.</param>
/// <param name="Package">The agent's package for the board; null to leave the agent that is there.</param>
/// <param name="Camera">The board's camera, which is written to the agent's settings; null to leave what they say.</param>
/// <param name="Seconds">How long the running agent has to confirm the model.</param>
/// <param name="Host">How the board is reached.</param>
internal sealed record DeployRequest(string Model, string? Package, string? Camera, int Seconds, RemoteHost Host);

/// <summary>What the board said of a deployment that worked.</summary>
/// <param name="Version">Of this result's form.</param>
/// <param name="Host">The board.</param>
/// <param name="Model">The model.</param>
/// <param name="Board">The board's lines.</param>
internal sealed record DeployResult(int Version, string Host, string Model, IReadOnlyList<string> Board);

/// <summary>
/// Brings a model to a board by ssh. What is done there is the script <c>deploy/on-board</c>: the agent verifies the model, stores it in the slot that is not used and tries it; a model that
/// the running agent does not confirm in time gives way to the one before.
/// </summary>
internal static class Deployment
{
    private const string Script = "on-board", Model = "model.ekm", Signature = Model + ".sig", Package = "edgekit-agent.deb";

    /// <summary>Does it.</summary>
    /// <exception cref="CliException">The board cannot be reached, or the model is not in use there now.</exception>
    /// <exception cref="PlanException">The model is malformed.</exception>
    public static DeployResult Run(DeployRequest request, Terminal terminal)
    {
        string signature = request.Model + ".sig";
        if (request.Package is { } file && !File.Exists(file)) throw CliException.Failure($"{file}: there is no such file");
        // The board checks more; a damaged file need not get there.
        _ = PlanFile.Load(request.Model);
        using var board = new RemoteBoard(request.Host, "deploy", terminal);
        using (Stream script = typeof(Deployment).Assembly.GetManifestResourceStream(Script)!) board.Put(script, Script);
        board.Put(request.Model, Model);
        if (File.Exists(signature)) board.Put(signature, Signature);
        if (request.Package is { } package) board.Put(package, Package);
        (int code, string output) = board.Run("sh", $"{board.Folder}/{Script}", board.Folder, $"{request.Seconds}", request.Camera ?? "");
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (code == 0) return new DeployResult(JsonOutput.Version, request.Host.Name, request.Model, lines);
        foreach (string line in lines) terminal.Note(line);
        string reason = board.LastLine.Length > 0 ? board.LastLine.Replace("deploy: ", "", StringComparison.Ordinal) : $"the script ended with code {code}";
        string mend = reason.Contains("sudo", StringComparison.Ordinal) && reason.Contains("password", StringComparison.Ordinal)
            ? "; let its user become root without a password, or use deploy/deploy, which can ask for it" : "";
        throw CliException.Failure($"{request.Host.Name}: {reason}{mend}");
    }
}
