using System.Buffers;
using System.Diagnostics;
using EdgeKit.Imaging;
using Iot.Device.Media;

namespace EdgeKit.Devices.Iot;

/// <summary>The newest picture of a camera that captures on a thread of its own; pictures nobody reads are dropped.</summary>
internal sealed class IotCamera : IFrameSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.1);

    private readonly int _deviceNumber;
    private readonly VideoDevice _device;
    private readonly Thread _capture;
    private readonly CancellationTokenSource _stop = new();
    private readonly FrameMailbox _mailbox = new();
    private readonly FramePool _pool;
    private readonly int _bytes;
    private long _pictures;

    internal IotCamera(int device, int width, int height)
    {
        if (width <= 0 || height <= 0 || width % 2 != 0) throw new ArgumentException($"a camera picture of {width}x{height}: both must be positive and the width even", nameof(width));
        _deviceNumber = device;
        Width = width;
        Height = height;
        FrameLayout layout = FrameLayout.Packed(PixelFormat.Yuyv, width, height);
        _bytes = layout.ByteCount;
        _pool = new FramePool(layout);
        VideoDevice? video = null;
        try
        {
            video = VideoDevice.Create(new VideoConnectionSettings(device, ((uint)width, (uint)height), VideoPixelFormat.YUYV));
            RequireFormat(video);
            video.ImageBufferPoolingEnabled = true;
            video.NewImageBufferReady += OnImage;
            video.StartCaptureContinuous();
            _device = video;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or DeviceException))
        {
            video?.Dispose();
            throw Failure(e);
        }
        _capture = new Thread(Capture) { IsBackground = true, Name = $"camera {device}" };
        _capture.Start();
    }

    public int Width { get; }

    public int Height { get; }

    public string Name => $"camera {_deviceNumber}";

    public bool IsLive => true;

    public CapturedFrame? Capture(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!cancel.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            CapturedFrame? frame = _mailbox.Take(Slice, out bool isLate);
            if (frame is not null || !isLate) return frame;
            if (Stopwatch.GetElapsedTime(start) > Patience) throw new DeviceException(DeviceFault.Frozen, $"camera {_deviceNumber} gave no picture within {Patience.TotalSeconds} s");
        }
        return null;
    }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _stop.Cancel();
        _mailbox.Close(discard: true);
        // The capture loop looks at the token after each picture. A camera that stopped delivering would hold it for ever, so the wait is bounded.
        if (_capture.Join(Patience)) _stop.Dispose();
        _device.StopCaptureContinuous();
        _device.Dispose();
    }

    /// <summary>The binding ignores what the driver answers to a format it does not have, so ask before.</summary>
    private void RequireFormat(VideoDevice video)
    {
        if (!video.GetSupportedPixelFormats().Contains(VideoPixelFormat.YUYV))
            throw new DeviceException($"camera {_deviceNumber} does not deliver YUYV");
        Resolution[] sizes = [.. video.GetPixelFormatResolutions(VideoPixelFormat.YUYV)];
        if (!sizes.Any(s => s.MinWidth <= Width && Width <= s.MaxWidth && s.MinHeight <= Height && Height <= s.MaxHeight))
            throw new DeviceException($"camera {_deviceNumber} does not deliver {Width}x{Height}; it has {string.Join(", ", sizes.Select(s => $"{s.MaxWidth}x{s.MaxHeight}").Distinct())}");
    }

    private void Capture()
    {
        try
        {
            _device.CaptureContinuous(_stop.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _mailbox.Close(Failure(e));
        }
    }

    private void OnImage(object sender, NewImageBufferReadyEventArgs e)
    {
        // The buffer is the driver's, rounded up to whole pages.
        if (e.Length < _bytes) throw new InvalidDataException($"a picture of {e.Length} bytes, {_bytes} expected");
        // The binding tells no time of capture; this is when the picture was handed over.
        if (_pool.TryLend(e.ImageBuffer.AsSpan(0, _bytes), Stopwatch.GetTimestamp(), _pictures++) is { } frame) _mailbox.Put(frame);
        ArrayPool<byte>.Shared.Return(e.ImageBuffer);
    }

    private DeviceException Failure(Exception e) => new($"camera {_deviceNumber}: {e.Message.ReplaceLineEndings(" ")}", e);
}
