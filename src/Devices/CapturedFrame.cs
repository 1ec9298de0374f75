using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>
/// A picture in memory of the source that captured it, which makes these objects once and lends them again and again: read it, then <see cref="Return"/> it, and
/// do not look at it afterwards.
/// </summary>
public sealed unsafe class CapturedFrame
{
    private readonly IFrameOwner _owner;
    private readonly byte[] _array;
    private readonly byte* _memory;
    private int _length;
    private int _isLent;

    internal CapturedFrame(IFrameOwner owner, int index, byte[] array)
    {
        _owner = owner;
        _array = array;
        Index = index;
    }

    internal CapturedFrame(IFrameOwner owner, int index, byte* memory)
        : this(owner, index, []) => _memory = memory;

    /// <summary>How the pixels lie in memory.</summary>
    public PixelFormat Format { get; private set; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; private set; }

    /// <summary>What luma and chroma mean.</summary>
    public YuvMatrix Matrix { get; private set; }

    /// <summary>When it was captured, on the clock of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>: monotonic, untouched by changes of the time of day.</summary>
    public long Timestamp { get; private set; }

    /// <summary>The source's count of pictures, from 0; a gap is a picture that the source itself lost.</summary>
    public long Sequence { get; internal set; }

    /// <summary>The picture.</summary>
    public RawPicture Picture => new(Format, Width, Height, Stride, Matrix, _memory != null ? new ReadOnlySpan<byte>(_memory, _length) : _array.AsSpan(0, _length));

    /// <summary>Which of its source's buffers it is.</summary>
    internal int Index { get; }

    /// <summary>The memory of a frame that lies in an array, for its source to write.</summary>
    internal byte[] Array => _array;

    /// <summary>Gives the memory back: once, since the source may lend it again at any time, and a second call would then take it from whoever has it.</summary>
    public void Return()
    {
        if (Interlocked.Exchange(ref _isLent, 0) == 1) _owner.TakeBack(this);
    }

    internal void Describe(in FrameLayout layout) => (Format, Width, Height, Stride, Matrix) = (layout.Format, layout.Width, layout.Height, layout.Stride, layout.Matrix);

    /// <summary>Lends it.</summary>
    internal CapturedFrame Lend(int length, long timestamp, long sequence)
    {
        (_length, Timestamp, Sequence) = (length, timestamp, sequence);
        Volatile.Write(ref _isLent, 1);
        return this;
    }
}
