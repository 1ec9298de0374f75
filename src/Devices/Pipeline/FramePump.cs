namespace EdgeKit.Devices;

/// <summary>
/// Captures on a thread of its own and hands the newest frame to whoever asks (<see cref="FrameMailbox"/>). A live source is never held up; one that is not live waits until its
/// frame is taken, so that no frame of a file is lost.
/// </summary>
public sealed class FramePump : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    private readonly IFrameSource _source;
    private readonly FrameMailbox _mailbox = new();
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _wake;
    private readonly Thread _thread;
    private long _captured;
    private long _lost;
    private bool _isDisposed;

    /// <summary>Starts capturing.</summary>
    /// <param name="source">The camera; disposed with this.</param>
    /// <param name="cancel">Ends capturing, and a wait in <see cref="Take()"/>.</param>
    public FramePump(IFrameSource source, CancellationToken cancel)
    {
        _source = source;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _wake = _stop.Token.UnsafeRegister(static state => ((FrameMailbox)state!).Close(discard: true), _mailbox);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture" };
        _thread.Start();
    }

    /// <summary>Frames that the source delivered.</summary>
    public long Captured => Volatile.Read(ref _captured);

    /// <summary>Frames that came while an older one was being processed, and were replaced by newer ones.</summary>
    public long Dropped => _mailbox.Dropped;

    /// <summary>Frames that the source lost itself: gaps in its numbers.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Waits for a frame.</summary>
    /// <returns>The newest frame, to be given back; null when the source has ended or capturing was cancelled.</returns>
    /// <exception cref="DeviceException">The camera failed. Other exceptions of the source are thrown as they are.</exception>
    public CapturedFrame? Take() => _mailbox.Take(patience: null, out _);

    /// <summary>Waits for a frame for some time.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="isLate">Whether the time ran out.</param>
    /// <returns>The newest frame, to be given back; null when the time ran out, the source has ended or capturing was cancelled.</returns>
    /// <exception cref="DeviceException">The camera failed. Other exceptions of the source are thrown as they are.</exception>
    public CapturedFrame? Take(TimeSpan patience, out bool isLate) => _mailbox.Take(patience, out isLate);

    /// <summary>Stops capturing and closes the source.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _stop.Cancel();
        // A driver that never returns must not hold the program's end up.
        if (!_thread.Join(StopPatience)) return;
        _source.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            long expected = 0;
            while (_source.Capture(_stop.Token) is { } frame)
            {
                if (frame.Sequence > expected) Volatile.Write(ref _lost, _lost + frame.Sequence - expected);
                expected = frame.Sequence + 1;
                Volatile.Write(ref _captured, _captured + 1);
                _mailbox.Put(frame);
                if (!_source.IsLive) _mailbox.WaitUntilTaken();
            }
            _mailbox.Close();
        }
        catch (Exception e)
        {
            _mailbox.Close(e);
        }
    }
}
