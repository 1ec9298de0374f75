namespace EdgeKit.Devices;

/// <summary>
/// Room for one frame, the newest, between the thread that captures and the one that processes. A frame that comes before the last was taken replaces it and gives it back:
/// nothing queues, so what is processed is never older than one frame and the time that processing takes. Allocates nothing.
/// </summary>
public sealed class FrameMailbox
{
    private readonly object _gate = new();
    private CapturedFrame? _newest;
    private Exception? _failure;
    private bool _isClosed;
    private long _dropped;

    /// <summary>Frames that were replaced before they were taken.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Puts a frame in, without waiting. After <see cref="Close"/> it is given back at once.</summary>
    /// <param name="frame">The frame, which goes to whoever takes it.</param>
    public void Put(CapturedFrame frame)
    {
        CapturedFrame? replaced = frame;
        lock (_gate)
        {
            if (!_isClosed)
            {
                replaced = _newest;
                _newest = frame;
                if (replaced is not null) _dropped++;
                Monitor.PulseAll(_gate);
            }
        }
        replaced?.Return();
    }

    /// <summary>Waits until the frame that was put in has been taken, or the mailbox is closed: for sources that need not lose a frame.</summary>
    public void WaitUntilTaken()
    {
        lock (_gate)
        {
            while (_newest is not null && !_isClosed) Monitor.Wait(_gate);
        }
    }

    /// <summary>Waits for a frame.</summary>
    /// <param name="patience">How long; null for ever.</param>
    /// <param name="isLate">Whether the time ran out.</param>
    /// <returns>The frame, to be given back; null when the mailbox is closed and empty, or the time ran out.</returns>
    /// <exception cref="DeviceException">The camera failed. Other exceptions of the source are thrown as they are.</exception>
    public CapturedFrame? Take(TimeSpan? patience, out bool isLate)
    {
        isLate = false;
        Exception? failure;
        lock (_gate)
        {
            while (_newest is null && !_isClosed)
            {
                if (Monitor.Wait(_gate, patience ?? Timeout.InfiniteTimeSpan)) continue;
                isLate = true;
                return null;
            }
            if (_newest is { } frame)
            {
                _newest = null;
                Monitor.PulseAll(_gate);
                return frame;
            }
            failure = _failure;
        }
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return null;
    }

    /// <summary>Ends it: no frame comes any more.</summary>
    /// <param name="failure">Why, thrown to whoever takes after the last frame; null for an ordinary end.</param>
    /// <param name="discard">Whether a frame that waits is given back instead of being taken.</param>
    public void Close(Exception? failure = null, bool discard = false)
    {
        CapturedFrame? waiting = null;
        lock (_gate)
        {
            _isClosed = true;
            _failure ??= failure;
            if (discard)
            {
                waiting = _newest;
                _newest = null;
            }
            Monitor.PulseAll(_gate);
        }
        waiting?.Return();
    }
}
