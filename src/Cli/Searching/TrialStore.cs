using System.Text.Json;

namespace EdgeKit.Cli.Searching;

/// <summary>
/// Trials in a folder that several processes, also on several machines, may share. A finished trial is the folder ID with the models and trial.json;
/// it appears complete, by a rename. A trial that is being worked on has a file ID.claim, which only one process can create.
/// </summary>
internal sealed class TrialStore
{
    /// <summary>The file that a finished trial has.</summary>
    public const string ResultFile = "trial.json";

    private readonly string _folder;

    /// <param name="folder">The folder; made where it is not there.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public TrialStore(string folder)
    {
        OutputFile.CreateFolder(folder);
        _folder = folder;
    }

    /// <summary>The folder of a finished trial.</summary>
    public string FolderOf(string id) => Path.Combine(_folder, id);

    /// <summary>The result of a finished trial; null while it is not finished.</summary>
    /// <exception cref="CliException">The file is not what a search wrote.</exception>
    public TrialResult? Find(string id)
    {
        string path = Path.Combine(FolderOf(id), ResultFile);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonOutput.Parse<TrialResult>(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw CliException.Failure($"{path}: is not a trial of this version ({e.Message.ReplaceLineEndings(" ")}); delete {FolderOf(id)} to run it again");
        }
    }

    /// <summary>Claims a trial for this process; null where it is finished or another process works on it.</summary>
    public TrialClaim? TryClaim(string id)
    {
        TrialClaim? claim = TrialClaim.TryTake(_folder, id);
        // Between the last look and the claim its owner may have finished.
        if (claim is null || Find(id) is null) return claim;
        claim.Dispose();
        return null;
    }

    /// <summary>Publishes what was made in the claim's folder.</summary>
    public void Finish(TrialClaim claim, TrialResult result)
    {
        File.WriteAllText(Path.Combine(claim.WorkFolder, ResultFile), JsonOutput.Format(result) + "\n");
        try
        {
            Directory.Move(claim.WorkFolder, FolderOf(result.Id));
        }
        catch (IOException) when (Find(result.Id) is not null)
        {
            // Another process took this one for dead and was faster; both results are of the same settings.
        }
    }
}
