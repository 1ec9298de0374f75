using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>Picture files as frames, one after the other. Each is decoded into memory of its own.</summary>
public sealed class PictureSource : IFrameSource
{
    private readonly ImageSource _pictures;
    private readonly OwnedFrames _frames = new();
    private Frame? _first;
    private int _next;

    /// <summary>Opens a folder or a picture.</summary>
    /// <param name="path">What <see cref="ImageSource.Open"/> takes.</param>
    /// <exception cref="ImageException">There is no picture, or the first cannot be read.</exception>
    public PictureSource(string path)
    {
        Name = path;
        _pictures = ImageSource.Open(path);
        _first = _pictures[0].Load();
        (Width, Height) = (_first.Width, _first.Height);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Width of the first picture.</summary>
    public int Width { get; }

    /// <summary>Height of the first picture.</summary>
    public int Height { get; }

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested || _next == _pictures.Count) return null;
        Frame picture = _first ?? _pictures[_next].Load();
        _first = null;
        _next++;
        return _frames.Lend(picture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
