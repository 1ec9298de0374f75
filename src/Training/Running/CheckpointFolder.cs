using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Training.Running;

/// <summary>The checkpoints of one training. The newest two are kept, so that a damaged one costs little.</summary>
/// <param name="path">The folder.</param>
public sealed class CheckpointFolder(string path)
{
    private const int Kept = 2;
    private const string Prefix = "step-";
    private const string Extension = ".ckpt";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The newest checkpoint that is whole; null where there is none.</summary>
    /// <param name="job">The training that it must be of.</param>
    /// <param name="note">Told about each that is damaged.</param>
    /// <exception cref="TrainingException">It is of another training.</exception>
    public Checkpoint? Latest(string job, Action<string> note)
    {
        foreach (string file in Files().Reverse())
        {
            Checkpoint checkpoint;
            try
            {
                checkpoint = Checkpoint.Parse(File.ReadAllBytes(file), file);
            }
            catch (Exception e) when (e is TrainingException or IOException or UnauthorizedAccessException)
            {
                note($"{e.Message}; the one before it is taken");
                continue;
            }
            if (checkpoint.Job != job) throw new TrainingException($"{file}: is of a training with another model, other pictures or other settings; give those again, or another folder");
            return checkpoint;
        }
        return null;
    }

    /// <summary>Writes a checkpoint; older ones than the newest two go.</summary>
    /// <exception cref="IOException">It cannot be written; those before are as they were.</exception>
    public void Save(Checkpoint checkpoint)
    {
        CreateFolder();
        byte[] bytes = checkpoint.ToBytes();
        AtomicFile.Write(File(checkpoint.Step), stream => stream.Write(bytes));
        // What a process that was killed left of its temporary files goes too.
        foreach (string file in Files().SkipLast(Kept).Concat(Directory.GetFiles(Path, $"{Prefix}*{Extension}.*.tmp"))) System.IO.File.Delete(file);

        string File(long step) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}{Extension}"));
    }

    private void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Path}: the folder cannot be made: {e.Message}", e);
        }
    }

    private IEnumerable<string> Files() =>
        Directory.Exists(Path) ? Directory.GetFiles(Path, $"{Prefix}*{Extension}").Order(StringComparer.Ordinal) : [];
}
