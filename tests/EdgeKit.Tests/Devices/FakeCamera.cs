using System.Runtime.InteropServices;
using System.Text;
using EdgeKit.Devices.V4l2;
using Buffer = EdgeKit.Devices.V4l2.Buffer;

namespace EdgeKit.Tests.Devices;

/// <summary>A driver behind the calls of Linux, with faults to order. Its pictures hold their number in every byte.</summary>
internal sealed unsafe class FakeCamera : VideoCalls, IDisposable
{
    private const int File = 7;
    private const int Page = 4096;

    private readonly Queue<uint> _queued = new();
    private readonly HashSet<nint> _mapped = [];
    private readonly nint[] _memory = new nint[4];
    private Format _format;
    private uint _sequence;
    private bool _isStreaming;

    /// <summary>Formats in the driver's order, each with its discrete sizes; none for sizes in steps of 2 from 32x32 to 1920x1080.</summary>
    public List<(string Code, (uint Width, uint Height)[] Sizes)> Formats { get; init; } = [("YUYV", [(640, 480), (320, 240)])];

    public uint Capabilities { get; init; } = Flag.VideoCapture | Flag.Streaming;

    /// <summary>Bytes after each row.</summary>
    public uint Padding { get; init; }

    public uint ColorSpace { get; init; }

    /// <summary>The format that the driver sets whatever it is asked for.</summary>
    public string? Stubborn { get; init; }

    /// <summary>errno by request.</summary>
    public Dictionary<uint, int> Fails { get; } = [];

    /// <summary>errno of opening; 0 for none.</summary>
    public int OpenError { get; set; }

    /// <summary>The picture from which on there is none any more, with an errno or, where that is 0, without a word.</summary>
    public (uint Picture, int Error)? Stop { get; set; }

    public Func<uint, bool> IsFlagged { get; init; } = static _ => false;

    public Func<uint, bool> IsShort { get; init; } = static _ => false;

    /// <summary>Microseconds of the monotonic clock that it stamps its pictures with; a tenth of a second apart where null.</summary>
    public Func<long>? Stamp { get; init; }

    /// <summary>Whether it says that its stamps are of the monotonic clock.</summary>
    public bool IsMonotonic { get; init; } = true;

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public int Mapped => _mapped.Count;

    public int Queued => _queued.Count;

    public (uint, uint) Rate { get; private set; }

    internal override int Open(string path)
    {
        if (OpenError != 0) return -OpenError;
        Opened++;
        _sequence = 0;
        _queued.Clear();
        return File;
    }

    internal override int Poll(int file, int milliseconds) => _isStreaming && _queued.Count > 0 && !(Stop is { Error: 0 } stop && _sequence >= stop.Picture) ? 1 : 0;

    internal override void Close(int file) => Closed++;

    internal override byte* Map(int file, nuint bytes, long offset)
    {
        nint memory = (nint)NativeMemory.AllocZeroed(bytes);
        _mapped.Add(memory);
        _memory[offset / Page] = memory;
        return (byte*)memory;
    }

    internal override void Unmap(byte* memory, nuint bytes)
    {
        if (!_mapped.Remove((nint)memory)) throw new InvalidOperationException("unmapped twice");
        NativeMemory.Free(memory);
    }

    internal override int Control(int file, uint request, void* argument)
    {
        if (file != File) throw new InvalidOperationException("another file");
        if (Fails.TryGetValue(request, out int error)) return -error;
        switch (request)
        {
            case Request.QueryCapabilities: Describe((Capability*)argument); return 0;
            case Request.EnumerateFormats: return Describe((FormatDescription*)argument);
            case Request.EnumerateSizes: return Describe((FrameSize*)argument);
            case Request.SetFormat: Set((Format*)argument); return 0;
            case Request.SetParameters: Rate = (((StreamParameters*)argument)->IntervalNumerator, ((StreamParameters*)argument)->IntervalDenominator); return 0;
            case Request.RequestBuffers: return 0;
            case Request.QueryBuffer:
                ((Buffer*)argument)->Length = _format.ImageBytes;
                ((Buffer*)argument)->Offset = ((Buffer*)argument)->Index * Page;
                return 0;
            case Request.Queue: _queued.Enqueue(((Buffer*)argument)->Index); return 0;
            case Request.Dequeue: return Deliver((Buffer*)argument);
            case Request.StreamOn: _isStreaming = true; return 0;
            case Request.StreamOff: _isStreaming = false; return 0;
            default: return -Errno.NotTty;
        }
    }

    public void Dispose()
    {
        foreach (nint memory in _mapped) NativeMemory.Free((void*)memory);
        _mapped.Clear();
    }

    private void Describe(Capability* capability)
    {
        Encoding.UTF8.GetBytes("Fake camera").CopyTo(new Span<byte>(capability->Card, 32));
        // Of the whole device and of this node: only the second counts.
        capability->Capabilities = Flag.VideoCapture | Flag.Streaming | Flag.HasDeviceCapabilities;
        capability->DeviceCapabilities = Capabilities;
    }

    private int Describe(FormatDescription* format)
    {
        if (format->Index >= Formats.Count) return -Errno.Invalid;
        format->PixelFormat = FourCc.Of(Formats[(int)format->Index].Code);
        return 0;
    }

    private int Describe(FrameSize* size)
    {
        string code = FourCc.Name(size->PixelFormat);
        (uint Width, uint Height)[] sizes = Formats.Single(f => f.Code == code).Sizes;
        if (size->Index >= Math.Max(sizes.Length, 1)) return -Errno.Invalid;
        if (sizes.Length == 0)
        {
            (size->Type, size->MinWidth, size->MaxWidth, size->StepWidth, size->MinHeight, size->MaxHeight, size->StepHeight) = (3, 32, 1920, 2, 32, 1080, 2);
            return 0;
        }
        size->Type = Value.SizeDiscrete;
        (size->MinWidth, size->MaxWidth) = sizes[size->Index];
        return 0;
    }

    private void Set(Format* format)
    {
        if (Stubborn is not null) format->PixelFormat = FourCc.Of(Stubborn);
        uint bytes = FourCc.Name(format->PixelFormat) switch { "YUYV" => 2, "RGB3" => 3, "MJPG" => 0, _ => 1 };
        format->BytesPerLine = bytes == 0 ? 0 : (format->Width * bytes) + Padding;
        format->ImageBytes = Math.Max(format->BytesPerLine * format->Height * 3 / 2, 1 << 16);
        format->ColorSpace = ColorSpace;
        _format = *format;
    }

    private int Deliver(Buffer* buffer)
    {
        if (Stop is { } stop && _sequence >= stop.Picture) return -stop.Error;
        if (!_queued.TryDequeue(out uint index)) return -Errno.Again;
        buffer->Index = index;
        buffer->BytesUsed = IsShort(_sequence) ? 100 : _format.ImageBytes;
        buffer->Flags = (IsMonotonic ? Flag.MonotonicTime : 0) | (IsFlagged(_sequence) ? Flag.BufferError : 0);
        long stamp = Stamp?.Invoke() ?? 5_000_000 + (_sequence * 100_000L);
        (buffer->Seconds, buffer->Microseconds) = (stamp / 1_000_000, stamp % 1_000_000);
        buffer->Sequence = _sequence;
        new Span<byte>((void*)_memory[index], (int)_format.ImageBytes).Fill((byte)_sequence);
        _sequence++;
        return 0;
    }
}
