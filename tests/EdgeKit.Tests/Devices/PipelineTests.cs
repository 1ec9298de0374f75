using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Devices;

public class PipelineTests
{
    private static readonly FrameLayout Layout = FrameLayout.Packed(PixelFormat.Grey, 4, 2);

    [Fact]
    public void Mailbox_keeps_the_newest_gives_the_others_back_and_counts_them()
    {
        var pool = new FramePool(Layout);
        var mailbox = new FrameMailbox();
        for (int i = 0; i < 100; i++) mailbox.Put(pool.TryLend([(byte)i], 0, i)!);
        Assert.Equal(99, mailbox.Dropped);
        CapturedFrame frame = mailbox.Take(null, out _)!;
        Assert.Equal((99, (byte)99), (frame.Sequence, frame.Picture.Data[0]));
        Assert.Null(mailbox.Take(TimeSpan.Zero, out bool isLate));
        Assert.True(isLate);
        mailbox.Put(pool.TryLend([1], 0, 100)!);
        mailbox.Close(new DeviceException("gone"));
        Assert.Equal(100, mailbox.Take(null, out _)!.Sequence);
        Assert.Equal("gone", Assert.Throws<DeviceException>(() => mailbox.Take(null, out _)).Message);
        // After the end all that is put in goes back: the pool never runs dry.
        for (int i = 0; i < 10; i++) mailbox.Put(pool.TryLend([1], 0, i)!);
    }

    [Fact]
    public void Slow_reader_of_a_live_camera_sees_the_newest_and_the_rest_is_counted()
    {
        using var camera = new Camera(isLive: true, 50);
        using var pump = new FramePump(camera, CancellationToken.None);
        camera.Ended.Wait();
        CapturedFrame frame = pump.Take()!;
        Assert.Equal(49, frame.Sequence);
        frame.Return();
        Assert.Null(pump.Take());
        Assert.Equal((50, 49, 0), (pump.Captured, pump.Dropped, pump.Lost));
    }

    [Fact]
    public void Slow_reader_of_a_file_sees_all_of_it()
    {
        using var pump = new FramePump(new Camera(isLive: false, 200), CancellationToken.None);
        for (int i = 0; i < 200; i++)
        {
            CapturedFrame frame = pump.Take()!;
            Assert.Equal(i, frame.Sequence);
            frame.Return();
        }
        Assert.Null(pump.Take());
        Assert.Equal((200, 0, 0), (pump.Captured, pump.Dropped, pump.Lost));
    }

    [Fact]
    public void Gaps_in_the_numbers_are_frames_that_the_camera_lost()
    {
        using var pump = new FramePump(new Camera(isLive: false, 10, static n => n < 5 ? n : n + 3), CancellationToken.None);
        while (pump.Take() is { } frame) frame.Return();
        Assert.Equal(3, pump.Lost);
    }

    [Fact]
    public void Neither_thread_allocates_in_the_steady_state()
    {
        const int Count = 2000;
        var camera = new Camera(isLive: false, Count);
        using var pump = new FramePump(camera, CancellationToken.None);
        var picture = new Frame(4, 2);
        var latency = new LatencyRecorder();
        long before = 0;
        for (int i = 0; i < Count; i++)
        {
            CapturedFrame frame = pump.Take()!;
            PixelConversion.ToRgb(frame.Picture, picture);
            long captured = frame.Timestamp;
            frame.Return();
            latency.Record(captured, Stopwatch.GetTimestamp());
            if (i == Count / 2) before = GC.GetAllocatedBytesForCurrentThread();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, camera.AllocatedInSecondHalf);
    }

    [Fact]
    public void Failure_of_the_camera_reaches_the_reader_and_cancelling_ends_all_at_once()
    {
        using (var pump = new FramePump(new Camera(isLive: true, 0, failure: new DeviceException(DeviceFault.Unplugged, "gone")), CancellationToken.None))
            Assert.Equal(DeviceFault.Unplugged, Assert.Throws<DeviceException>(pump.Take).Fault);
        using var stop = new CancellationTokenSource();
        var silent = new Camera(isLive: true, 0, waits: true);
        long start;
        using (var pump = new FramePump(silent, stop.Token))
        {
            silent.Ended.Wait();
            start = Stopwatch.GetTimestamp();
            stop.Cancel();
            Assert.Null(pump.Take());
        }
        Assert.True(silent.IsDisposed);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
    }

    [Fact]
    public void Percentiles_are_the_sorted_ones_to_a_64th_and_never_below()
    {
        var random = new Random(3);
        var recorder = new LatencyRecorder();
        Assert.Equal((0, 0, 0), (recorder.Percentile(99), recorder.Mean, recorder.Highest));
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => Math.Exp(random.NextDouble() * 20) / 1000)];
        foreach (double value in values) recorder.Record(value);
        Array.Sort(values);
        foreach (double percent in (double[])[0.1, 1, 25, 50, 90, 99, 99.9, 100])
        {
            double exact = values[(int)Math.Ceiling(values.Length * percent / 100) - 1];
            // Recorded in whole microseconds, rounded up.
            Assert.InRange(recorder.Percentile(percent), exact, (exact + 0.001) * (1 + (1 / 64.0)));
        }
        Assert.Equal(values[^1], recorder.Highest);
        Assert.Equal(values.Average(), recorder.Mean, 6);
        recorder.Record(1e12);
        Assert.Equal(0, recorder.Record(5, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Record(-1.0));
    }

    private sealed class Camera(bool isLive, int count, Func<int, int>? number = null, DeviceException? failure = null, bool waits = false) : IFrameSource
    {
        private readonly FramePool _pool = new(Layout);
        private readonly byte[] _picture = new byte[Layout.ByteCount];
        private int _next;
        private long _before;

        public ManualResetEventSlim Ended { get; } = new();

        public long AllocatedInSecondHalf { get; private set; }

        public bool IsDisposed { get; private set; }

        public string Name => "test";

        public int Width => Layout.Width;

        public int Height => Layout.Height;

        public bool IsLive => isLive;

        public CapturedFrame? Capture(CancellationToken cancel)
        {
            if (_next == count / 2) _before = GC.GetAllocatedBytesForCurrentThread();
            if (_next == count)
            {
                AllocatedInSecondHalf = GC.GetAllocatedBytesForCurrentThread() - _before;
                Ended.Set();
                if (waits) cancel.WaitHandle.WaitOne();
                return failure is null ? null : throw failure;
            }
            long sequence = number?.Invoke(_next) ?? _next;
            _next++;
            return _pool.TryLend(_picture, Stopwatch.GetTimestamp(), sequence);
        }

        public void Dispose() => IsDisposed = true;
    }
}
