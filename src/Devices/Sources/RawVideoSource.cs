using System.Diagnostics;
using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>Pictures of one size that follow each other in a file or a pipe without anything in between.</summary>
public sealed class RawVideoSource : IFrameSource
{
    private readonly Stream _stream;
    private readonly FramePool _pool;
    private readonly int _bytes;
    private long _next;

    /// <summary>Reads from a stream.</summary>
    /// <param name="stream">The pictures; disposed with this.</param>
    /// <param name="layout">Their form, not JPEG.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">The form is not possible.</exception>
    public RawVideoSource(Stream stream, FrameLayout layout, string name)
    {
        if (layout.Format == PixelFormat.Jpeg || layout.Width < 1 || layout.Height < 1 || (long)layout.Width * layout.Height > Frame.MaxPixels
            || layout.Stride < RawPicture.MinStride(layout.Format, layout.Width) || (layout.Format == PixelFormat.Yuyv && layout.Width % 2 != 0))
            throw new ImageException($"{name}: {layout.Width}x{layout.Height} pixels of {layout.Format} in rows of {layout.Stride} bytes cannot be read");
        (_stream, Name, Layout) = (stream, name, layout);
        _bytes = layout.ByteCount;
        _pool = new FramePool(layout);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Form of the pictures.</summary>
    public FrameLayout Layout { get; }

    /// <inheritdoc/>
    public int Width => Layout.Width;

    /// <inheritdoc/>
    public int Height => Layout.Height;

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return null;
        CapturedFrame frame = _pool.Rent();
        int read = _stream.ReadAtLeast(frame.Array, _bytes, throwOnEndOfStream: false);
        if (read == _bytes) return frame.Lend(_bytes, Stopwatch.GetTimestamp(), _next++);
        _pool.Abandon(frame);
        return read == 0 ? null : throw new ImageException($"{Name}: ends after {read} of the {_bytes} bytes of picture {_next}");
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
