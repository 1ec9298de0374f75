using System.Diagnostics;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Devices;

/// <summary>Shell scripts in place of rpicam-vid and gst-launch-1.0.</summary>
[Collection("Alone")]
public sealed class PipeCameraTests : IDisposable
{
    private static readonly FrameLayout Small = FrameLayout.Packed(PixelFormat.Grey, 4, 2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgekit-pipes-").FullName;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_program_that_dies_says_why()
    {
        if (!OperatingSystem.IsLinux()) return;
        using PipeCamera camera = Shell("printf 1234567812345678; echo starting >&2; echo no camera >&2; exit 3");
        Assert.Equal("12345678"u8.ToArray(), Data(camera));
        Assert.Equal("12345678"u8.ToArray(), Data(camera));
        DeviceException e = Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None));
        Assert.Equal(DeviceFault.Unplugged, e.Fault);
        Assert.StartsWith("pipe: sh ended with code 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_killed_or_ends_within_a_picture_is_unplugged()
    {
        if (!OperatingSystem.IsLinux()) return;
        using (PipeCamera camera = Shell("printf 123456781234; kill -9 $$"))
        {
            Data(camera);
            DeviceException e = Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None));
            Assert.Equal((DeviceFault.Unplugged, "pipe: sh ended with code 137"), (e.Fault, e.Message));
        }
        using PipeCamera empty = Shell("exit 0");
        Assert.Equal("pipe: sh ended with code 0", Assert.Throws<DeviceException>(() => empty.Capture(CancellationToken.None)).Message);
    }

    [Fact]
    public void One_that_hangs_is_frozen_and_is_ended_with_what_it_started()
    {
        if (!OperatingSystem.IsLinux()) return;
        string file = Path.Combine(_folder, "id");
        using (PipeCamera camera = Shell($"printf 12345678; sleep 600 & echo $! >{file}; wait", TimeSpan.FromSeconds(0.5)))
        {
            Data(camera);
            Assert.Equal(DeviceFault.Frozen, Assert.Throws<DeviceException>(() => camera.Capture(CancellationToken.None)).Fault);
        }
        string status = $"/proc/{File.ReadAllText(file).Trim()}/stat";
        Assert.True(SpinWait.SpinUntil(() => !File.Exists(status) || File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Waiting_ends_when_told_and_disposing_ends_the_program()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        using PipeCamera camera = Shell("exec sleep 600");
        long start = Stopwatch.GetTimestamp();
        Assert.Null(camera.Capture(stop.Token));
        Assert.True(Stopwatch.GetElapsedTime(start) < Patience);
    }

    [Fact]
    public void A_program_that_is_missing_or_no_program_is_said()
    {
        if (!OperatingSystem.IsLinux()) return;
        string text = Path.Combine(_folder, "text");
        File.WriteAllText(text, "no program");
        Assert.Contains("/no/such/program cannot be started: there is no such program", Assert.Throws<DeviceException>(() => new PipeCamera("pipe", "/no/such/program", [], Small, Patience)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be started: it may not be run", Assert.Throws<DeviceException>(() => new PipeCamera("pipe", text, [], Small, Patience)).Message, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable("PATH", _folder);
        Assert.Contains("sudo apt install rpicam-apps-lite", Assert.Throws<DeviceException>(() => Open("csi")).Message, StringComparison.Ordinal);
        Assert.Contains("sudo apt install gstreamer1.0-tools", Assert.Throws<DeviceException>(() => Open("jetson:1")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rpicam-vid")]
    [InlineData("libcamera-vid")]
    public void A_Pi_camera_is_asked_for_what_was_asked_and_its_padded_rows_are_understood(string program)
    {
        if (!OperatingSystem.IsLinux()) return;
        // 70 columns in rows of 128, whose padding is 9; Y is 50, U and V 128.
        Script(program, "echo \"$*\" >\"${0%/*}/arguments\"\n"
            + "row() { head -c $1 /dev/zero | tr '\\0' \"$3\"; head -c $2 /dev/zero | tr '\\0' '\\011'; }\n"
            + "for y in 1 2 3 4; do row 70 58 '\\062'; done; for y in 1 2 3 4; do row 35 29 '\\200'; done; sleep 600");
        Environment.SetEnvironmentVariable("PATH", $"{_folder}:/usr/bin:/bin");
        using IFrameSource camera = Open("csi:1", new CameraRequest { Width = 70, Height = 4, FrameRate = 15, Patience = Patience });
        CapturedFrame frame = camera.Capture(CancellationToken.None)!;
        Assert.Equal((PixelFormat.I420, 70, 4, 128), (frame.Format, frame.Width, frame.Height, frame.Stride));
        var picture = new Frame(70, 4);
        PixelConversion.ToRgb(frame.Picture, picture);
        Assert.Equal(40, Assert.Single(picture.Pixels.Distinct()));
        Assert.Equal("--camera 1 --codec yuv420 --width 70 --height 4 --timeout 0 --nopreview --flush --output - --framerate 15\n", File.ReadAllText(Path.Combine(_folder, "arguments")));
    }

    [Fact]
    public void A_Jetson_camera_is_a_GStreamer_pipeline_and_comes_back()
    {
        if (!OperatingSystem.IsLinux()) return;
        Script("gst-launch-1.0", "echo \"$*\" >>\"${0%/*}/arguments\"; head -c 96 /dev/zero; echo argus failed >&2; exit 1");
        Environment.SetEnvironmentVariable("PATH", $"{_folder}:/usr/bin:/bin");
        var told = new List<string>();
        using (IFrameSource camera = CameraList.Open("jetson", new CameraRequest { Width = 8, Height = 8 }, told.Add))
        {
            for (int i = 0; i < 2; i++)
            {
                CapturedFrame frame = camera.Capture(CancellationToken.None)!;
                Assert.Equal((PixelFormat.I420, 8, i), (frame.Format, frame.Stride, frame.Sequence));
                frame.Return();
            }
        }
        Assert.StartsWith("jetson:0: gst-launch-1.0 ended with code 1", told[0], StringComparison.Ordinal);
        Assert.EndsWith("waiting for it", told[0], StringComparison.Ordinal);
        Assert.Equal("jetson:0: back", told[1]);
        Assert.Equal("--quiet nvarguscamerasrc sensor-id=0 ! video/x-raw(memory:NVMM),width=8,height=8,framerate=30/1 ! nvvidconv ! video/x-raw,format=I420 ! fdsink fd=1",
            File.ReadAllLines(Path.Combine(_folder, "arguments"))[0]);
        Assert.Contains("a multiple of 8", Assert.Throws<DeviceException>(() => Open("jetson", new CameraRequest { Width = 12 })).Message, StringComparison.Ordinal);
    }

    private static PipeCamera Shell(string script, TimeSpan? patience = null) => new("pipe", "/bin/sh", ["-c", script], Small, patience ?? Patience);

    private static IFrameSource Open(string name, CameraRequest? request = null) => CameraList.Open(name, request ?? new CameraRequest(), static _ => { });

    private static byte[] Data(PipeCamera camera)
    {
        CapturedFrame frame = camera.Capture(CancellationToken.None)!;
        byte[] data = frame.Picture.Data.ToArray();
        frame.Return();
        return data;
    }

    private void Script(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
