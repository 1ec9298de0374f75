using System.Diagnostics;

namespace EdgeKit.Devices;

/// <summary>Plays a file as a camera would: a picture at its time, whether or not the one before has been looked at.</summary>
/// <param name="source">The file; disposed with this.</param>
/// <param name="framesPerSecond">Pictures a second.</param>
public sealed class PacedSource(IFrameSource source, double framesPerSecond) : IFrameSource
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / framesPerSecond);
    private long _start;
    private long _frames;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public int Width => source.Width;

    /// <inheritdoc/>
    public int Height => source.Height;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        if (_frames == 0) _start = Stopwatch.GetTimestamp();
        TimeSpan wait = (_interval * _frames) - Stopwatch.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero && cancel.WaitHandle.WaitOne(wait)) return null;
        _frames++;
        return source.Capture(cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
