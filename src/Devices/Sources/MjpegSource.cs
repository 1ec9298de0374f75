using System.Buffers.Binary;
using System.Diagnostics;
using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>JPEG pictures one after the other in a file or a pipe (.mjpeg), with or without other bytes in between.</summary>
public sealed class MjpegSource : IFrameSource
{
    private const int MaxPicture = 1 << 24;
    private const int FirstBuffer = 1 << 20;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private FramePool? _pool;
    private FrameLayout _layout;
    private int _capacity;
    private long _next;

    /// <summary>Reads a stream up to the end of its first picture.</summary>
    /// <param name="stream">The pictures; disposed with this.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">There is no whole picture.</exception>
    public MjpegSource(Stream stream, string name)
    {
        (_stream, Name) = (stream, name);
        if (FindPicture(out _layout) == 0) throw new ImageException($"{name}: holds no JPEG picture");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width => _layout.Width;

    /// <inheritdoc/>
    public int Height => _layout.Height;

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return null;
        int length = FindPicture(out FrameLayout layout);
        if (length == 0) return null;
        if (_pool is null || length > _capacity || layout != _layout)
        {
            // Pictures grow little after the first; twice the largest is seldom exceeded.
            _capacity = Math.Max(_capacity, 2 * length);
            _layout = layout;
            _pool = new FramePool(layout, _capacity);
        }
        CapturedFrame? frame = _pool.TryLend(_buffer.AsSpan(_start, length), Stopwatch.GetTimestamp(), _next)
            ?? throw new InvalidOperationException("all frames are lent; frames must be given back");
        _start += length;
        _next++;
        return frame;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Moves to the next picture; returns its bytes, 0 where none follows.</summary>
    private int FindPicture(out FrameLayout layout)
    {
        layout = default;
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOf([(byte)0xFF, (byte)0xD8, (byte)0xFF]);
            if (at >= 0)
            {
                _start += at;
                break;
            }
            // The last two bytes may begin the next picture.
            _start = Math.Max(_start, _end - 2);
            if (!Fill(_end - _start + 1)) return 0;
        }
        int width = 0, height = 0, position = 2;
        while (true)
        {
            Need(position + 4);
            ReadOnlySpan<byte> segment = _buffer.AsSpan(_start + position);
            if (segment[0] != 0xFF) throw new ImageException($"{Name}: picture {_next} is damaged: no marker where one is due");
            byte marker = segment[1];
            if (marker == 0xD9) break;
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                position += marker == 0xFF ? 1 : 2;
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            if (length < 2) throw new ImageException($"{Name}: picture {_next} is damaged: a segment of {length} bytes");
            Need(position + 2 + length);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && length >= 8)
            {
                segment = _buffer.AsSpan(_start + position);
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[5..]), BinaryPrimitives.ReadUInt16BigEndian(segment[7..]));
            }
            position += 2 + length;
            if (marker == 0xDA) position = SkipScan(position);
        }
        if (width == 0 || height == 0) throw new ImageException($"{Name}: picture {_next} states no size");
        layout = new FrameLayout(PixelFormat.Jpeg, width, height, 0, YuvMatrix.Bt601Full);
        return position + 2;
    }

    /// <summary>The position of the marker after coded data: an FF that neither a stuffed zero nor a restart follows.</summary>
    private int SkipScan(int position)
    {
        while (true)
        {
            Need(position + 4);
            int at = _buffer.AsSpan(_start + position, _end - _start - position - 1).IndexOf((byte)0xFF);
            if (at < 0)
            {
                position = _end - _start - 1;
                Need(position + 2);
                continue;
            }
            position += at;
            if (_buffer[_start + position + 1] is not (0x00 or (>= 0xD0 and <= 0xD7))) return position;
            position += 2;
        }
    }

    private void Need(int bytes)
    {
        // The end marker has no length after it.
        if (bytes <= _end - _start || Fill(bytes)) return;
        if (_end - _start >= 2 && _buffer.AsSpan(_start, _end - _start).EndsWith([(byte)0xFF, (byte)0xD9]) && bytes - 2 <= _end - _start) return;
        throw new ImageException($"{Name}: ends within picture {_next}");
    }

    /// <summary>Has at least <paramref name="bytes"/> after <see cref="_start"/>, unless the stream ends before.</summary>
    private bool Fill(int bytes)
    {
        if (bytes > MaxPicture) throw new ImageException($"{Name}: picture {_next} is longer than {MaxPicture >> 20} MB");
        if (_start + bytes > _buffer.Length)
        {
            byte[] target = bytes > _buffer.Length ? new byte[Math.Max(bytes, 2 * _buffer.Length)] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            (_buffer, _end, _start) = (target, _end - _start, 0);
        }
        while (_end - _start < bytes)
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) return false;
            _end += read;
        }
        return true;
    }
}
