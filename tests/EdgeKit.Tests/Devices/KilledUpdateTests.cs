using System.Security.Cryptography;
using EdgeKit.Agent;
using EdgeKit.Devices;
using EdgeKit.Devices.Slots;
using EdgeKit.Imaging;
using EdgeKit.Tests.Cli;
using Xunit;

namespace EdgeKit.Tests.Devices;

/// <summary>Updates of real models that end at seeded points of their work on files, anywhere within a write, as a killed process's do. tests/Aot/run kills the published program.</summary>
public sealed class KilledUpdateTests : IDisposable
{
    private const int Kills = 50;

    private readonly Tool _tool = new();
    private readonly string _one;
    private readonly string _two;

    public KilledUpdateTests() => (_one, _two) = (Model("one", 10), Model("two", 11));

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Fifty_kills_at_seeded_points_each_leave_a_model_that_runs()
    {
        string folder = _tool.At("slots");
        string[] whole = [HashOf(_one), HashOf(_two)];
        var uncut = new KilledFiles(double.MaxValue);
        Slots(folder, new DurableFiles()).Update(_one, Runs);
        Slots(folder, uncut).Update(_two, Runs);
        var random = new Random(11);
        var left = new HashSet<string>();
        bool isOne = true;
        for (int i = 0; i < Kills; i++, isOne = !isOne)
        {
            var files = new KilledFiles(random.NextDouble() * uncut.Work);
            try
            {
                Slots(folder, files).Update(isOne ? _one : _two, Runs);
                Assert.True(files.Work <= uncut.Work + 1);
            }
            catch (KilledException)
            {
            }
            // Another process starts.
            ModelSlots slots = Slots(folder, new DurableFiles());
            SlotModel used = slots.Start(static _ => { });
            Assert.Contains(HashOf(used.Path), whole);
            Assert.Equal(HashOf(used.Path), used.Sha256);
            Runs(used.Path);
            slots.Confirm(used);
            left.Add(used.Sha256);
        }
        // Both ways out were met.
        Assert.Equal(2, left.Count);
    }

    private static ModelSlots Slots(string folder, DurableFiles files) => new(folder, [], files);

    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static void Runs(string path)
    {
        using AgentModel model = AgentModel.Load(path, new ThreadChoice(1, null), config: null);
        model.Feed(new Frame(32, 32).Raw);
        model.Session.Run();
    }

    private string Model(string name, int classes)
    {
        string path = _tool.At($"{name}.ekm"), config = _tool.At($"{name}.json");
        File.WriteAllText(config, """{ "task": "classify", "width": 32, "height": 32, "mean": [128, 128, 128], "std": [64, 64, 64] }""");
        Assert.Equal(0, Tool.Run("compile", _tool.Net($"{name}.onnx", classes), "--config", config, "--out", path).ExitCode);
        return path;
    }

    private sealed class KilledException : Exception;

    /// <summary>The real work on files, which ends once so much of it is done. A write and a deletion are one unit each, and what comes after them another.</summary>
    private sealed class KilledFiles(double end) : DurableFiles
    {
        public double Work { get; private set; }

        public override void Write(string path, Stream content)
        {
            using var piecewise = new Piecewise(content, share => Spend(share));
            base.Write(path, piecewise);
            Spend(1);
        }

        public override void Delete(string path)
        {
            Spend(1);
            base.Delete(path);
            Spend(1);
        }

        private void Spend(double work)
        {
            Work += work;
            if (Work > end) throw new KilledException();
        }
    }

    /// <summary>A stream that is read in small pieces, telling the share of the whole that each is.</summary>
    private sealed class Piecewise(Stream content, Action<double> spend) : Stream
    {
        private const int Piece = 1000;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => content.Length;

        public override long Position { get => content.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = content.Read(buffer, offset, Math.Min(count, Piece));
            spend((double)read / Length);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
