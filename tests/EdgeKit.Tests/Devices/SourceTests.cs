using System.Text;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Tests.Imaging;
using Xunit;

namespace EdgeKit.Tests.Devices;

public class SourceTests
{
    [Theory]
    [InlineData("C420jpeg ", PixelFormat.I420, 12 + (2 * 4))]
    [InlineData("", PixelFormat.I420, 12 + (2 * 4))]
    [InlineData("C422 XCOLORRANGE=FULL ", PixelFormat.I422, 12 + (2 * 8))]
    [InlineData("C444 ", PixelFormat.I444, 36)]
    [InlineData("Cmono ", PixelFormat.Grey, 12)]
    public void Y4m_gives_every_picture_and_then_ends(string chroma, PixelFormat format, int bytes)
    {
        // 3 x 4 pixels: an odd width has (3 + 1) / 2 chroma samples.
        using var stream = new MemoryStream();
        stream.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W3 H4 F30000:1001 Ip A1:1 {chroma}\n"));
        for (int i = 0; i < 3; i++)
        {
            stream.Write(i == 1 ? "FRAME Ip\n"u8 : "FRAME\n"u8);
            stream.Write(Enumerable.Repeat((byte)(i + 1), bytes).ToArray());
        }
        stream.Position = 0;
        using var video = new Y4mSource(stream, "test.y4m");
        Assert.Equal((3, 4, false), (video.Width, video.Height, video.IsLive));
        Assert.Equal(29.97, video.FrameRate, 2);
        long last = 0;
        for (int i = 0; i < 3; i++)
        {
            CapturedFrame frame = video.Capture(CancellationToken.None)!;
            Assert.Equal((format, 3, i), (frame.Format, frame.Stride, frame.Sequence));
            Assert.Equal(chroma.Contains("FULL", StringComparison.Ordinal) ? YuvMatrix.Bt601Full : YuvMatrix.Bt601Limited, frame.Matrix);
            Assert.Equal(Enumerable.Repeat((byte)(i + 1), bytes), frame.Picture.Data.ToArray());
            Assert.True(frame.Timestamp >= last);
            last = frame.Timestamp;
            frame.Return();
        }
        Assert.Null(video.Capture(CancellationToken.None));
    }

    [Theory]
    [InlineData("RIFF")]
    [InlineData("")]
    [InlineData("YUV4MPEG2 W0 H4\n")]
    [InlineData("YUV4MPEG2 W99999 H99999\n")]
    [InlineData("YUV4MPEG2 W4 H4 C420p10\n")]
    [InlineData("YUV4MPEG2 W4 H4 Cmono\nFRAME\n123")]
    [InlineData("YUV4MPEG2 W4 H4 Cmono\nJUNK!\n1234567890123456")]
    public void Malformed_Y4m_is_refused_in_one_line(string text)
    {
        ImageException e = Assert.Throws<ImageException>(() =>
        {
            using var video = new Y4mSource(new MemoryStream(Encoding.ASCII.GetBytes(text)), "bad.y4m");
            video.Capture(CancellationToken.None);
        });
        Assert.StartsWith("bad.y4m: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Mjpeg_is_cut_at_the_ends_of_pictures_not_of_thumbnails_and_restarts()
    {
        // SOI, an APP1 that holds a whole small JPEG, SOF0 of 5 x 3, SOS, data with a stuffed zero and a restart, EOI.
        byte[] picture = Convert.FromHexString("FFD8" + "FFE10008FFD8FFD9FFD9" + "FFC0000B080003000501011100" + "FFDA0008010100003F00" + "11FF0022FFD033FF00" + "FFD9");
        byte[] file = [9, 9, .. picture, 0, 0, 0, .. picture, .. picture];
        using var video = new MjpegSource(new Trickle(file), "test.mjpeg");
        Assert.Equal((5, 3), (video.Width, video.Height));
        for (int i = 0; i < 3; i++)
        {
            CapturedFrame frame = video.Capture(CancellationToken.None)!;
            Assert.Equal((PixelFormat.Jpeg, i), (frame.Format, frame.Sequence));
            Assert.Equal(picture, frame.Picture.Data.ToArray());
            frame.Return();
        }
        Assert.Null(video.Capture(CancellationToken.None));
        for (int length = 0; length < picture.Length; length++)
        {
            ImageException e = Assert.Throws<ImageException>(() => new MjpegSource(new MemoryStream(picture, 0, length), "cut.mjpeg"));
            Assert.StartsWith("cut.mjpeg: ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Raw_video_honours_the_stride_and_names_a_cut_picture()
    {
        FrameLayout layout = PipeCamera.PiLayout(70, 4);
        Assert.Equal((128, 128 * 4 * 3 / 2), (layout.Stride, layout.ByteCount));
        using var video = new RawVideoSource(new Trickle(new byte[(2 * layout.ByteCount) - 1]), layout, "pipe");
        video.Capture(CancellationToken.None)!.Return();
        Assert.Contains("767 of the 768 bytes of picture 1", Assert.Throws<ImageException>(() => video.Capture(CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_allocate_nothing_once_they_run()
    {
        FrameLayout layout = FrameLayout.Packed(PixelFormat.Yuyv, 64, 48);
        using var raw = new RawVideoSource(new MemoryStream(new byte[layout.ByteCount * 10]), layout, "raw");
        using var y4m = new Y4mSource(new MemoryStream([.. "YUV4MPEG2 W4 H4 Cmono\n"u8, .. Enumerable.Repeat("FRAME\n1234567890123456"u8.ToArray(), 10).SelectMany(static f => f)]), "y4m");
        foreach (IFrameSource source in (IFrameSource[])[raw, y4m])
        {
            source.Capture(CancellationToken.None)!.Return();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 8; i++) source.Capture(CancellationToken.None)!.Return();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Names_lead_to_sources()
    {
        string folder = Directory.CreateTempSubdirectory("edgekit-sources-").FullName;
        try
        {
            ImageFile.Save(Golden.Noise(1, 6, 5), Path.Combine(folder, "b.png"));
            ImageFile.Save(Golden.Noise(2, 7, 5), Path.Combine(folder, "a.png"));
            using IFrameSource pictures = CameraList.Open(folder, new CameraRequest(), static _ => { });
            CapturedFrame first = pictures.Capture(CancellationToken.None)!, second = pictures.Capture(CancellationToken.None)!;
            Assert.Equal((7, 6), (first.Width, second.Width));
            Assert.Equal(Golden.Noise(2, 7, 5).Pixels, first.Picture.Data.ToArray());
            Assert.Null(pictures.Capture(CancellationToken.None));
            using IFrameSource scenes = CameraList.Open("scenes:5", new CameraRequest { Width = 64, Height = 48 }, static _ => { });
            Assert.Equal(EdgeKit.Imaging.Scenes.SceneRenderer.Render(5, 64, 48).Frame.Pixels, scenes.Capture(CancellationToken.None)!.Picture.Data.ToArray());
            foreach (string name in (string[])["nothing.y4m", "nothing", "scenes:x"])
                Assert.Contains("there is no such file", Assert.Throws<ImageException>(() => CameraList.Open(name, new CameraRequest(), static _ => { })).Message, StringComparison.Ordinal);
            if (OperatingSystem.IsLinux())
            {
                Assert.Equal(DeviceFault.Missing, Assert.Throws<DeviceException>(() => CameraList.Open("/dev/video987", new CameraRequest(), static _ => { })).Fault);
                Assert.Contains("not a video device", Assert.Throws<DeviceException>(() => CameraList.Open("/dev/null", new CameraRequest(), static _ => { })).Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A pipe that gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] data) : MemoryStream(data)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 7)]);
    }
}
