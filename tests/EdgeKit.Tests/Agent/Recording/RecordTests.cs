using EdgeKit.Agent.Recording;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Tests.Agent.Web;
using Xunit;

namespace EdgeKit.Tests.Agent.Recording;

public sealed class RecordTests(WebModel model) : IClassFixture<WebModel>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgekit-record-").FullName;
    private readonly SetClock _clock = new();
    private readonly List<string> _told = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_folder_keeps_within_its_bound_and_loses_its_oldest()
    {
        File.WriteAllText(Path.Combine(_folder, "record-mine.mjpeg"), new string('x', 5000));
        var random = new Random(5);
        using (RecordFolder record = Folder(8000))
        {
            for (int i = 0; i < 200; i++)
            {
                record.Add(Picture(i, random.Next(50, 400)));
                Assert.InRange(Sizes().Sum(), 1, 8000);
                Assert.Equal(Sizes().Sum(), record.Bytes);
            }
            Assert.Equal((200, 0), (record.Written, record.LeftOut));
            // Not much less either: an eighth goes at a time.
            Assert.InRange(record.Bytes, 6000, 8000);
            record.Add(new byte[8001]);
            Assert.Equal(1, record.LeftOut);
        }
        Assert.Equal(200, Numbers()[^1] + 1);
        Assert.Equal(Enumerable.Range(Numbers()[0], Numbers().Length), Numbers());
        string[] before = Files();
        using (RecordFolder record = Folder(8000))
        {
            // Another run goes on with the numbers of files, and what is there counts.
            record.Add(Picture(200, 399));
            Assert.InRange(Sizes().Sum(), 1, 8000);
        }
        Assert.True(string.CompareOrdinal(Files()[^1], before[^1]) > 0);
        Assert.Equal(5000, new FileInfo(Path.Combine(_folder, "record-mine.mjpeg")).Length);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_full_disk_takes_the_oldest_and_then_pictures_are_left_out_until_there_is_room()
    {
        long room = 1000;
        // Not a byte more than there is room for, and then the exception that the kernel's full device gives.
        Stream Open(string path) => new BoundedFile(path, () => room, () => Files().Sum(static f => new FileInfo(f).Length));
        using var record = new RecordFolder(_folder, 4000, _told.Add, _clock, Open);
        for (int i = 0; i < 30; i++) record.Add(Picture(i, 100));
        Assert.Equal((30, 0), (record.Written, record.LeftOut));
        Assert.InRange(Sizes().Sum(), 500, 1000);
        Assert.Equal(29, Numbers()[^1]);
        Assert.Empty(_told);
        room = 0;
        for (int i = 30; i < 40; i++) record.Add(Picture(i, 100));
        Assert.Equal((30, 10), (record.Written, record.LeftOut));
        Assert.Contains("cannot be recorded to", Assert.Single(_told), StringComparison.Ordinal);
        room = 4000;
        // Not every picture is an attempt.
        record.Add(Picture(40, 100));
        Assert.Equal(11, record.LeftOut);
        _clock.Advance(TimeSpan.FromSeconds(11));
        record.Add(Picture(41, 100));
        Assert.Equal((31, 11), (record.Written, record.LeftOut));
        Assert.EndsWith("is recorded to again", _told[^1], StringComparison.Ordinal);
        // Every file is of whole pictures.
        Assert.Equal(41, Numbers()[^1]);
    }

    [Fact]
    public void A_failure_that_is_no_full_disk_deletes_nothing()
    {
        bool isBroken = false;
        using var record = new RecordFolder(_folder, 4000, _told.Add, _clock, path => isBroken ? throw new IOException("Input/output error", 5) : new FileStream(path, FileMode.CreateNew));
        for (int i = 0; i < 20; i++) record.Add(Picture(i, 100));
        string[] files = Files();
        Assert.True(files.Length > 2);
        isBroken = true;
        for (int i = 20; i < 40; i++) record.Add(Picture(i, 100));
        Assert.Equal(files, Files());
        Assert.Contains("Input/output error", Assert.Single(_told), StringComparison.Ordinal);
        Assert.True(record.LeftOut > 10);
    }

    [Fact]
    public void A_recording_is_a_file_of_pictures_that_watch_plays()
    {
        using StringWriter output = new(), errors = new();
        string folder = Path.Combine(_folder, "new", "folder");
        // As fast as it may, and it rests three times as long as it works: some of many frames.
        Assert.Equal(0, EdgeKit.Agent.CommandLine.Run(["watch", model.Ekm, "--camera", "scenes:3", "--size", "64x48", "--frames", "60", "--json", "--record", folder, "--record-fps", "60"], output, errors, CancellationToken.None));
        string file = Assert.Single(Directory.GetFiles(folder));
        Assert.Equal("record-000001.mjpeg", Path.GetFileName(file));
        using IFrameSource played = CameraList.Open(file, new CameraRequest(), static _ => { });
        int pictures = 0;
        while (played.Capture(CancellationToken.None) is { } frame)
        {
            Assert.Equal((64, 48, PixelFormat.Jpeg), (frame.Width, frame.Height, frame.Format));
            frame.Return();
            pictures++;
        }
        Assert.InRange(pictures, 1, 60);
        Assert.Equal("", errors.ToString());
    }

    private RecordFolder Folder(long most) => new(_folder, most, _told.Add, _clock, static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));

    private string[] Files() => [.. Directory.GetFiles(_folder, "record-0*.mjpeg").Order(StringComparer.Ordinal)];

    private long[] Sizes() => [.. Files().Select(static f => new FileInfo(f).Length)];

    /// <summary>A picture that begins with its number and ends with 255.</summary>
    private static byte[] Picture(int number, int length)
    {
        byte[] picture = new byte[length];
        picture[0] = 254;
        BitConverter.TryWriteBytes(picture.AsSpan(1), number);
        picture[^1] = 255;
        return picture;
    }

    /// <summary>The numbers of all pictures in the files, each of which is whole.</summary>
    private int[] Numbers() => [.. Files().SelectMany(static file =>
    {
        byte[] content = File.ReadAllBytes(file);
        var numbers = new List<int>();
        for (int at = 0; at < content.Length;)
        {
            Assert.Equal(254, content[at]);
            numbers.Add(BitConverter.ToInt32(content, at + 1));
            at = Array.IndexOf(content, (byte)255, at + 5) + 1;
            Assert.True(at > 0);
        }
        return numbers;
    })];

    private sealed class BoundedFile(string path, Func<long> room, Func<long> used) : Stream
    {
        private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => _file.Length;

        public override long Position { get => _file.Position; set => _file.Position = value; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = (int)Math.Clamp(room() - used(), 0, buffer.Length);
            _file.Write(buffer[..fits]);
            if (fits == buffer.Length) return;
            if (!File.Exists("/dev/full")) throw new IOException("full", 28);
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write(buffer[fits..]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void SetLength(long value) => _file.SetLength(value);

        public override void Flush() => _file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

        protected override void Dispose(bool disposing)
        {
            _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
