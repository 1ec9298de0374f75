namespace EdgeKit.Cli.Searching;

/// <summary>
/// A trial that this process works on. While it does, the claim's file is written again every few seconds; a file that has not been written for a
/// minute is that of a process that is gone. Ages are differences of times that the file system itself gave, so machines' clocks need not agree.
/// </summary>
internal sealed class TrialClaim : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(60);

    private readonly string _path;
    private readonly Timer _heart;

    private TrialClaim(string path, string workFolder)
    {
        _path = path;
        WorkFolder = workFolder;
        _heart = new Timer(_ => Touch(), state: null, Beat, Beat);
    }

    /// <summary>An empty folder to make the trial's files in.</summary>
    public string WorkFolder { get; }

    /// <summary>Takes a trial, also from a process that is gone; null where a living one holds it.</summary>
    public static TrialClaim? TryTake(string folder, string id)
    {
        string path = Path.Combine(folder, id + ".claim");
        if (File.Exists(path) && !(IsStale(folder, path) && TryBury(folder, path))) return null;
        if (!TryCreate(path)) return null;
        foreach (string abandoned in Directory.EnumerateDirectories(folder, id + ".work-*")) Directory.Delete(abandoned, recursive: true);
        return new TrialClaim(path, Directory.CreateDirectory(Path.Combine(folder, $"{id}.work-{Guid.NewGuid():N}")).FullName);
    }

    /// <summary>Gives the trial back; what is still in the folder goes.</summary>
    public void Dispose()
    {
        _heart.Dispose();
        if (Directory.Exists(WorkFolder)) Directory.Delete(WorkFolder, recursive: true);
        File.Delete(_path);
    }

    private static bool TryCreate(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.Write(Owner);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    // Of several processes that see the same dead claim, only one can rename it.
    private static bool TryBury(string folder, string path)
    {
        string grave = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.Move(path, grave);
            if (IsStale(folder, grave))
            {
                File.Delete(grave);
                return true;
            }
            // Since the look, another one has buried the dead claim, and this is its own.
            File.Move(grave, path);
        }
        catch (IOException)
        {
            // Gone already, or taken again.
        }
        return false;
    }

    private static bool IsStale(string folder, string path)
    {
        string probe = Path.Combine(folder, $"{Guid.NewGuid():N}.now");
        File.WriteAllBytes(probe, Owner);
        try
        {
            return File.Exists(path) && File.GetLastWriteTimeUtc(probe) - File.GetLastWriteTimeUtc(path) > Stale;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private static byte[] Owner => System.Text.Encoding.UTF8.GetBytes($"{Environment.MachineName} {Environment.ProcessId}\n");

    private void Touch()
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.Write(Owner);
        }
        catch (IOException)
        {
            // The disk is away for a moment, or the claim was taken over: the end of the trial will tell.
        }
    }
}
