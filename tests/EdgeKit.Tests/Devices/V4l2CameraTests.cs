using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Devices.V4l2;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Devices;

public class V4l2CameraTests
{
    private const string Device = "/dev/video7";

    [Fact]
    public void Frames_come_with_number_capture_time_and_form_and_their_buffers_go_round()
    {
        using var driver = new FakeCamera { Padding = 64 };
        using V4l2Camera camera = Open(driver);
        for (int i = 0; i < 20; i++)
        {
            CapturedFrame frame = camera.Capture(CancellationToken.None)!;
            Assert.Equal((PixelFormat.Yuyv, 640, 480, 1344), (frame.Format, frame.Width, frame.Height, frame.Stride));
            Assert.Equal(i, frame.Sequence);
            Assert.Equal((5 + (i / 10.0)) * Stopwatch.Frequency, frame.Timestamp, 1.0);
            Assert.Equal(1344 * 480, frame.Picture.Data.Length);
            Assert.Equal((byte)i, frame.Picture.Data[^1]);
            Assert.Equal(3, driver.Queued);
            frame.Return();
            frame.Return();
            Assert.Equal(4, driver.Queued);
        }
    }

    [Theory]
    [InlineData(true, 3_600_000_000)]
    [InlineData(true, 27_000)]
    [InlineData(false, -3_600_000_000)]
    [InlineData(false, 3_600_000_000)]
    public void A_stamp_that_has_not_come_yet_or_is_of_another_clock_is_the_time_of_taking_over(bool isMonotonic, long ahead)
    {
        using var driver = new FakeCamera { IsMonotonic = isMonotonic, Stamp = () => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e6)) + ahead };
        using V4l2Camera camera = Open(driver);
        var latency = new LatencyRecorder();
        for (int i = 0; i < 10; i++)
        {
            long before = Stopwatch.GetTimestamp();
            CapturedFrame frame = camera.Capture(CancellationToken.None)!;
            long after = Stopwatch.GetTimestamp();
            Assert.InRange(frame.Timestamp, before, after);
            // A model that takes a millisecond.
            latency.Record(frame.Timestamp, after + (Stopwatch.Frequency / 1000));
            frame.Return();
        }
        Assert.True(latency.Percentile(1) >= 1);
    }

    [Fact]
    public void Capturing_allocates_nothing()
    {
        using var driver = new FakeCamera();
        using V4l2Camera camera = Open(driver);
        void Frames()
        {
            for (int i = 0; i < 50; i++) camera.Capture(CancellationToken.None)!.Return();
        }
        Frames();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Frames();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("MJPG,YUYV", PixelFormat.Yuyv)]
    [InlineData("GREY,RGB3", PixelFormat.Rgb24)]
    [InlineData("GREY,NV12", PixelFormat.Nv12)]
    [InlineData("MJPG,BA81", PixelFormat.Jpeg)]
    public void Format_is_the_first_of_the_preferred(string codes, PixelFormat expected)
    {
        using var driver = new FakeCamera { Formats = [.. codes.Split(',').Select(static c => (c, new[] { (640u, 480u) }))] };
        using V4l2Camera camera = Open(driver);
        Assert.Equal((expected, 640, 480), (camera.Layout.Format, camera.Width, camera.Height));
    }

    [Fact]
    public void Nearest_size_decides_before_the_format_and_steps_are_kept()
    {
        using var driver = new FakeCamera { Formats = [("YUYV", [(640, 480), (160, 120)]), ("MJPG", [(1280, 720), (1920, 1080)])] };
        using (V4l2Camera camera = Open(driver, new CameraRequest { Width = 1300, Height = 700, FrameRate = 25 }))
            Assert.Equal((PixelFormat.Jpeg, 1280, 720), (camera.Layout.Format, camera.Width, camera.Height));
        Assert.Equal((1u, 25u), driver.Rate);
        using (V4l2Camera camera = Open(driver, new CameraRequest { Width = 1300, Height = 700, Format = PixelFormat.Yuyv }))
            Assert.Equal((640, 480), (camera.Width, camera.Height));
        using var stepwise = new FakeCamera { Formats = [("GREY", [])] };
        using (V4l2Camera camera = Open(stepwise, new CameraRequest { Width = 333, Height = 4000 }))
            Assert.Equal((332, 1080), (camera.Width, camera.Height));
    }

    [Theory]
    [InlineData("YUYV", 3u, YuvMatrix.Bt709Limited)]
    [InlineData("YUYV", 7u, YuvMatrix.Bt601Full)]
    [InlineData("YUYV", 8u, YuvMatrix.Bt601Limited)]
    [InlineData("GREY", 8u, YuvMatrix.Bt601Full)]
    public void Colours_are_what_the_driver_says(string format, uint colorSpace, YuvMatrix expected)
    {
        using var driver = new FakeCamera { Formats = [(format, [(640, 480)])], ColorSpace = colorSpace };
        using V4l2Camera camera = Open(driver);
        Assert.Equal(expected, camera.Layout.Matrix);
    }

    [Theory]
    [InlineData(Errno.NoEntry, DeviceFault.Missing, "there is no such camera")]
    [InlineData(Errno.Access, DeviceFault.NoPermission, "sudo usermod -aG video")]
    [InlineData(Errno.Busy, DeviceFault.Busy, "another program is using it")]
    [InlineData(Errno.NoDevice, DeviceFault.Unplugged, "unplugged")]
    public void Failure_to_open_says_what_to_do(int errno, DeviceFault fault, string message)
    {
        using var driver = new FakeCamera { OpenError = errno };
        AssertFails(driver, fault, message);
        Assert.Equal(0, driver.Closed);
    }

    [Theory]
    [InlineData(Request.QueryCapabilities, Errno.NotTty, DeviceFault.WrongFormat, "not a video device")]
    [InlineData(Request.SetFormat, Errno.Busy, DeviceFault.Busy, "another program is using it")]
    [InlineData(Request.StreamOn, Errno.Busy, DeviceFault.Busy, "another program is using it")]
    [InlineData(Request.RequestBuffers, Errno.Busy, DeviceFault.Busy, "another program is using it")]
    [InlineData(Request.StreamOn, Errno.Io, DeviceFault.Other, "another cable")]
    [InlineData(Request.QueryBuffer, Errno.NoDevice, DeviceFault.Unplugged, "unplugged")]
    public void Failure_to_start_says_what_to_do_and_leaves_nothing_open(uint request, int errno, DeviceFault fault, string message)
    {
        using var driver = new FakeCamera();
        driver.Fails[request] = errno;
        AssertFails(driver, fault, message);
        Assert.Equal((1, 1, 0), (driver.Opened, driver.Closed, driver.Mapped));
    }

    [Fact]
    public void Wrong_formats_name_what_there_is()
    {
        using var bayer = new FakeCamera { Formats = [("pBAA", [(640, 480)])] };
        AssertFails(bayer, DeviceFault.WrongFormat, "delivers pBAA, none of YUYV, NV12, MJPG, JPEG, RGB3, GREY");
        using var metadata = new FakeCamera { Capabilities = Flag.Streaming };
        AssertFails(metadata, DeviceFault.WrongFormat, "Fake camera is no camera");
        using var stubborn = new FakeCamera { Stubborn = "GREY" };
        AssertFails(stubborn, DeviceFault.WrongFormat, "offers YUYV but sets GREY");
    }

    [Fact]
    public void Unplugged_in_the_stream_is_told_and_lent_frames_stay_readable()
    {
        using var driver = new FakeCamera { Stop = (3, Errno.NoDevice) };
        V4l2Camera camera = Open(driver);
        Assert.Equal([0, 1], [Number(camera), Number(camera)]);
        CapturedFrame held = camera.Capture(CancellationToken.None)!;
        DeviceException e = Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None));
        Assert.Equal((DeviceFault.Unplugged, $"{Device}: the camera was unplugged"), (e.Fault, e.Message));
        camera.Dispose();
        Assert.Equal((1, 1), (driver.Closed, driver.Mapped));
        Assert.Equal(2, held.Picture.Data[0]);
        held.Return();
        camera.Dispose();
        Assert.Equal((1, 0), (driver.Closed, driver.Mapped));
    }

    [Fact]
    public void Frozen_is_no_picture_within_the_time()
    {
        using var driver = new FakeCamera { Stop = (1, 0) };
        using V4l2Camera camera = Open(driver, new CameraRequest { Patience = TimeSpan.FromSeconds(2) });
        Assert.Equal(0, Number(camera));
        DeviceException e = Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None));
        Assert.Equal((DeviceFault.Frozen, $"{Device}: no picture within 2 s; the camera is frozen"), (e.Fault, e.Message));
        Assert.Null(camera.Capture(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Damaged_pictures_are_left_out_and_counted()
    {
        using var driver = new FakeCamera { IsFlagged = static n => n == 1, IsShort = static n => n is 2 or 3 };
        using V4l2Camera camera = Open(driver);
        Assert.Equal([0, 4], [Number(camera), Number(camera)]);
        Assert.Equal(3, camera.Damaged);
        using var broken = new FakeCamera { IsFlagged = static _ => true };
        using V4l2Camera useless = Open(broken);
        Assert.Equal(DeviceFault.Frozen, Assert.Throws<DeviceException>(() => useless.Capture(CancellationToken.None)).Fault);
    }

    [Theory]
    [InlineData(Errno.NoDevice, "the camera was unplugged")]
    [InlineData(0, "no picture within 3 s; the camera is frozen")]
    public void Camera_that_goes_away_is_opened_again_with_growing_pauses_and_its_numbers_go_on(int errno, string fault)
    {
        using var driver = new FakeCamera { Stop = (2, errno) };
        var waits = new List<double>();
        var told = new List<string>();
        using var camera = new ReconnectingSource(() => Open(driver), told.Add, (time, _) =>
        {
            waits.Add(time.TotalSeconds);
            driver.OpenError = waits.Count switch { < 7 => Errno.NoEntry, 7 => Errno.Busy, _ => 0 };
            driver.Stop = null;
            return false;
        });
        Assert.Equal([0, 1, 2, 3], [Number(camera), Number(camera), Number(camera), Number(camera)]);
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 8, 8], waits);
        Assert.Equal([$"{Device}: {fault}; waiting for it", $"{Device}: back"], told);
        Assert.Equal((1, 2), (camera.Reconnects, driver.Opened));
    }

    [Fact]
    public void Nothing_is_tried_again_that_waiting_does_not_heal()
    {
        using var driver = new FakeCamera { Stop = (1, Errno.NoDevice) };
        using var camera = new ReconnectingSource(() => Open(driver), static _ => { }, (_, _) =>
        {
            driver.OpenError = Errno.Access;
            return false;
        });
        Assert.Equal(0, Number(camera));
        Assert.Equal(DeviceFault.NoPermission, Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None)).Fault);
        Assert.Throws<DeviceException>(() => new ReconnectingSource(() => Open(driver), static _ => { }));
    }

    private static V4l2Camera Open(FakeCamera driver, CameraRequest? request = null) => new(driver, Device, request ?? new CameraRequest());

    private static void AssertFails(FakeCamera driver, DeviceFault fault, string message)
    {
        DeviceException e = Assert.Throws<DeviceException>(() => Open(driver));
        Assert.Equal(fault, e.Fault);
        Assert.StartsWith($"{Device}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static long Number(IFrameSource camera)
    {
        CapturedFrame frame = camera.Capture(CancellationToken.None)!;
        frame.Return();
        return frame.Sequence;
    }
}
