using System.Buffers;
using EdgeKit.Imaging;
using Iot.Device.Media;

namespace EdgeKit.Devices.Iot;

/// <summary>The newest picture of a camera that captures on a thread of its own; pictures nobody reads are dropped.</summary>
internal sealed class IotCamera : IFrameSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly int _deviceNumber;
    private readonly VideoDevice _device;
    private readonly Thread _capture;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly byte[] _newest;
    private bool _isFresh;
    private Exception? _failure;

    internal IotCamera(int device, int width, int height)
    {
        if (width <= 0 || height <= 0 || width % 2 != 0) throw new ArgumentException($"a camera picture of {width}x{height}: both must be positive and the width even", nameof(width));
        _deviceNumber = device;
        Width = width;
        Height = height;
        _newest = new byte[Yuyv.ByteCount(width, height)];
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

    public bool TryRead(Frame frame)
    {
        if (frame.Width != Width || frame.Height != Height)
            throw new ArgumentException($"a {frame.Width}x{frame.Height} frame for a {Width}x{Height} camera", nameof(frame));
        lock (_gate)
        {
            while (!_isFresh && _failure is null && !_stop.IsCancellationRequested)
            {
                if (!Monitor.Wait(_gate, Patience)) throw new DeviceException($"camera {_deviceNumber} gave no picture within {Patience.TotalSeconds} s");
            }
            if (_failure is { } failure) throw Failure(failure);
            if (_stop.IsCancellationRequested) return false;
            _isFresh = false;
            Yuyv.ToRgb(_newest, frame);
            return true;
        }
    }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _stop.Cancel();
        lock (_gate) Monitor.PulseAll(_gate);
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
            lock (_gate)
            {
                _failure = e;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void OnImage(object sender, NewImageBufferReadyEventArgs e)
    {
        lock (_gate)
        {
            // The buffer is the driver's, rounded up to whole pages.
            if (e.Length < _newest.Length) throw new InvalidDataException($"a picture of {e.Length} bytes, {_newest.Length} expected");
            e.ImageBuffer.AsSpan(0, _newest.Length).CopyTo(_newest);
            _isFresh = true;
            Monitor.PulseAll(_gate);
        }
        ArrayPool<byte>.Shared.Return(e.ImageBuffer);
    }

    private DeviceException Failure(Exception e) => new($"camera {_deviceNumber}: {e.Message.ReplaceLineEndings(" ")}", e);
}
