using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>
/// A camera that a program of the system's reads: it writes raw pictures to its standard output. This is how cameras on a ribbon cable are read, whose libraries have no stable
/// interface: rpicam-vid on a Raspberry Pi, gst-launch-1.0 on a Jetson.
/// </summary>
public sealed class PipeCamera : IFrameSource
{
    // rpicam-vid pads the rows of YUV420 to this.
    private const int PiAlignment = 64;
    private const int JetsonRate = 30;
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(0.5);

    private readonly ChildProgram _child;
    private readonly string _program;
    private readonly RawVideoSource _video;
    private readonly TimeSpan _patience;
    private readonly Timer _watchdog;
    private int _isFrozen;

    /// <summary>Starts a program.</summary>
    /// <param name="name">What messages call the camera.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="layout">Form of the pictures it writes.</param>
    /// <param name="patience">How long a picture may fail to come before the camera counts as frozen.</param>
    /// <exception cref="DeviceException">The program is not there.</exception>
    public PipeCamera(string name, string program, IReadOnlyList<string> arguments, FrameLayout layout, TimeSpan patience)
    {
        (Name, _patience) = (name, patience);
        _program = Path.GetFileName(program);
        try
        {
            _child = ChildProgram.Start(program, arguments);
        }
        catch (IOException e)
        {
            throw new DeviceException(DeviceFault.Other, $"{name}: {program} cannot be started: {e.Message}");
        }
        _video = new RawVideoSource(_child.Output, layout, name);
        _watchdog = new Timer(static state => ((PipeCamera)state!).Freeze(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width => _video.Width;

    /// <inheritdoc/>
    public int Height => _video.Height;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <summary>The camera of a Raspberry Pi by rpicam-vid, or libcamera-vid where that is not installed.</summary>
    /// <param name="index">Which camera, from 0.</param>
    /// <param name="request">Size, rate and patience.</param>
    /// <exception cref="DeviceException">Neither program is installed.</exception>
    public static PipeCamera RaspberryPi(int index, CameraRequest request)
    {
        string program = Find("rpicam-vid") ?? Find("libcamera-vid")
            ?? throw new DeviceException(DeviceFault.Other, "csi: rpicam-vid is not installed; run: sudo apt install rpicam-apps-lite");
        string[] arguments =
        [
            "--camera", $"{index}", "--codec", "yuv420", "--width", $"{request.Width}", "--height", $"{request.Height}", "--timeout", "0", "--nopreview", "--flush",
            "--output", "-", .. request.FrameRate is { } rate ? (string[])["--framerate", $"{rate}"] : [],
        ];
        return new PipeCamera($"csi:{index}", program, arguments, PiLayout(request.Width, request.Height), request.Patience);
    }

    /// <summary>A camera of a Jetson by GStreamer's nvarguscamerasrc.</summary>
    /// <param name="index">Which camera, from 0.</param>
    /// <param name="request">Size, rate and patience; the rate is 30 where none is asked for.</param>
    /// <exception cref="DeviceException">GStreamer is not installed.</exception>
    public static PipeCamera Jetson(int index, CameraRequest request)
    {
        string program = Find("gst-launch-1.0") ?? throw new DeviceException(DeviceFault.Other, "jetson: gst-launch-1.0 is not installed; run: sudo apt install gstreamer1.0-tools");
        string[] arguments =
        [
            "--quiet", "nvarguscamerasrc", $"sensor-id={index}", "!",
            $"video/x-raw(memory:NVMM),width={request.Width},height={request.Height},framerate={request.FrameRate ?? JetsonRate}/1", "!",
            "nvvidconv", "!", "video/x-raw,format=I420", "!", "fdsink", "fd=1",
        ];
        return new PipeCamera($"jetson:{index}", program, arguments, JetsonLayout(request), request.Patience);
    }

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        // Reading from a pipe cannot be interrupted; ending the program ends it.
        using CancellationTokenRegistration stop = cancel.UnsafeRegister(static state => ((ChildProgram)state!).Kill(), _child);
        _watchdog.Change(_patience, Timeout.InfiniteTimeSpan);
        try
        {
            if (_video.Capture(cancel) is { } frame) return frame;
        }
        catch (ImageException) when (cancel.IsCancellationRequested || Volatile.Read(ref _isFrozen) == 1 || _child.WaitForExit(ExitPatience) is not null)
        {
            // The program ended within a picture; why is said below.
        }
        finally
        {
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        if (cancel.IsCancellationRequested) return null;
        if (Volatile.Read(ref _isFrozen) == 1) throw new DeviceException(DeviceFault.Frozen, $"{Name}: no picture within {_patience.TotalSeconds:0.#} s; the camera is frozen");
        string code = _child.WaitForExit(ExitPatience) is { } number ? $" with code {number}" : "", complaint = _child.LastLine;
        throw new DeviceException(DeviceFault.Unplugged, $"{Name}: {_program} ended{code}{(complaint.Length > 0 ? $": {complaint}" : "")}");
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        _watchdog.Dispose();
        _child.Dispose();
        _video.Dispose();
    }

    internal static FrameLayout PiLayout(int width, int height) =>
        FrameLayout.Packed(PixelFormat.I420, width, height) with { Stride = (width + PiAlignment - 1) / PiAlignment * PiAlignment };

    // GStreamer pads the rows of I420 to 4 bytes; widths that need no padding of the half-wide chroma either are multiples of 8.
    private static FrameLayout JetsonLayout(CameraRequest request) => request.Width % 8 == 0 && request.Height % 2 == 0
        ? FrameLayout.Packed(PixelFormat.I420, request.Width, request.Height)
        : throw new DeviceException(DeviceFault.WrongFormat, $"jetson: a width that is a multiple of 8 and an even height are needed, not {request.Width}x{request.Height}");

    private static string? Find(string program)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, program);
            if (File.Exists(path)) return path;
        }
        return null;
    }

    private void Freeze()
    {
        Volatile.Write(ref _isFrozen, 1);
        _child.Kill();
    }
}
