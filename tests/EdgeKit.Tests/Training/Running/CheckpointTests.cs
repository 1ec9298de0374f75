using EdgeKit.Training;
using EdgeKit.Training.Running;
using Xunit;

namespace EdgeKit.Tests.Training.Running;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("edgekit-checkpoints").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Bytes_read_back_to_the_same()
    {
        Checkpoint read = Checkpoint.Parse(At(7).ToBytes(), "c");
        Assert.Equal((7, "job"), (read.Step, read.Job));
        Assert.Equal([1f, 0.5f], read.Losses);
        Assert.Equal([1f, float.NegativeZero, 3e-40f], read.Arrays["a"]);
        Assert.Empty(read.Arrays["b"]);
    }

    [Fact]
    public void Every_damage_is_noticed()
    {
        byte[] bytes = At(7).ToBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[i] ^= 1;
            Assert.Throws<TrainingException>(() => Checkpoint.Parse(damaged, "c"));
            Assert.Throws<TrainingException>(() => Checkpoint.Parse(bytes[..i], "c"));
        }
    }

    [Fact]
    public void The_newest_whole_one_is_taken_and_only_two_are_kept()
    {
        var folder = new CheckpointFolder(_path);
        foreach (int step in new[] { 10, 20, 30 }) folder.Save(At(step));
        Assert.Equal(2, Directory.GetFiles(_path).Length);
        Assert.Equal(30, folder.Latest("job", Fail)!.Step);

        string newest = Directory.GetFiles(_path).Order().Last();
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^5]);
        var notes = new List<string>();
        Assert.Equal(20, folder.Latest("job", notes.Add)!.Step);
        Assert.Contains(newest, Assert.Single(notes));
    }

    [Fact]
    public void Another_trainings_checkpoint_is_refused()
    {
        var folder = new CheckpointFolder(_path);
        folder.Save(At(10));
        Assert.Contains("another", Assert.Throws<TrainingException>(() => folder.Latest("other", Fail)).Message);
    }

    [Fact]
    public void What_a_killed_process_left_goes()
    {
        var folder = new CheckpointFolder(_path);
        File.WriteAllText(Path.Combine(_path, "step-000000005.ckpt.0123.tmp"), "half");
        folder.Save(At(10));
        Assert.Single(Directory.GetFiles(_path));
    }

    [Fact]
    public void An_empty_or_missing_folder_has_none()
    {
        Assert.Null(new CheckpointFolder(_path).Latest("job", Fail));
        Assert.Null(new CheckpointFolder(Path.Combine(_path, "missing")).Latest("job", Fail));
    }

    private static Checkpoint At(long step) =>
        new("job", step, [1f, 0.5f], new Dictionary<string, float[]> { ["a"] = [1f, float.NegativeZero, 3e-40f], ["b"] = [] });

    private static void Fail(string note) => Assert.Fail(note);
}
