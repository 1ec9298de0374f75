namespace EdgeKit.Devices;

/// <summary>
/// A camera that may go away and come back: when it is unplugged or frozen it is closed and opened again, after a quarter of a second at first and twice as long each time up to
/// eight, until a picture comes. What no waiting heals (no permission, a wrong format) ends it, as does any failure of the first opening.
/// </summary>
public sealed class ReconnectingSource : IFrameSource
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private readonly Func<IFrameSource> _open;
    private readonly Action<string> _tell;
    private readonly Func<TimeSpan, CancellationToken, bool> _wait;
    private IFrameSource? _source;
    private TimeSpan _next = FirstWait;
    private long _offset;
    private long _following;
    private int _reconnects;
    private bool _isBack;

    /// <summary>Opens the camera.</summary>
    /// <param name="open">Opens it; called again after a fault.</param>
    /// <param name="tell">Gets a line when it goes and when it is back.</param>
    /// <exception cref="DeviceException">It cannot be opened.</exception>
    public ReconnectingSource(Func<IFrameSource> open, Action<string> tell)
        : this(open, tell, static (time, cancel) => cancel.WaitHandle.WaitOne(time))
    {
    }

    internal ReconnectingSource(Func<IFrameSource> open, Action<string> tell, Func<TimeSpan, CancellationToken, bool> wait)
    {
        (_open, _tell, _wait) = (open, tell, wait);
        _source = open();
        (Name, Width, Height, IsLive) = (_source.Name, _source.Width, _source.Height, _source.IsLive);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width { get; private set; }

    /// <inheritdoc/>
    public int Height { get; private set; }

    /// <inheritdoc/>
    public bool IsLive { get; }

    /// <summary>How often it came back.</summary>
    public int Reconnects => Volatile.Read(ref _reconnects);

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (_source is null) Reopen();
                CapturedFrame? frame = _source!.Capture(cancel);
                return frame is null ? null : Counted(frame);
            }
            catch (DeviceException e) when (e.Fault is DeviceFault.Unplugged or DeviceFault.Frozen or DeviceFault.Missing or DeviceFault.Busy)
            {
                // Closed first: a device that is still held gets another name when it is back.
                _source?.Dispose();
                _source = null;
                if (_next == FirstWait) _tell($"{e.Message}; waiting for it");
                _offset = _following;
                if (_wait(_next, cancel)) return null;
                _next = _next * 2 < LongestWait ? _next * 2 : LongestWait;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source?.Dispose();
        _source = null;
    }

    private void Reopen()
    {
        _source = _open();
        (Width, Height) = (_source.Width, _source.Height);
        _isBack = true;
    }

    /// <summary>Numbers go on where they stopped; a camera counts from 0 each time it is opened.</summary>
    private CapturedFrame Counted(CapturedFrame frame)
    {
        frame.Sequence += _offset;
        _following = frame.Sequence + 1;
        if (!_isBack) return frame;
        _isBack = false;
        _next = FirstWait;
        Volatile.Write(ref _reconnects, _reconnects + 1);
        _tell($"{Name}: back");
        return frame;
    }
}
