using System.Diagnostics;
using EdgeKit.Devices.V4l2;
using EdgeKit.Imaging;
using Buffer = EdgeKit.Devices.V4l2.Buffer;

namespace EdgeKit.Devices;

/// <summary>
/// A camera of Linux's Video4Linux2, such as one on USB: its pictures lie in four buffers of the driver's that are mapped, not copied. A frame that is lent keeps its buffer from
/// the driver; frames that are still lent when the camera closes stay readable until they are given back.
/// </summary>
public sealed unsafe class V4l2Camera : IFrameSource, IFrameOwner
{
    private const int BufferCount = 4;
    private const int SliceMilliseconds = 100;

    // So many damaged pictures in a row are no accident.
    private const int MostDamaged = 100;

    private readonly VideoCalls _calls;
    private readonly int _file;
    private readonly FrameLayout _layout;
    private readonly int _patience;
    private readonly object _gate = new();
    private readonly List<Mapped> _buffers = [];
    private bool _isClosed;

    /// <summary>Opens a camera and starts it.</summary>
    /// <param name="path">The device, such as /dev/video0.</param>
    /// <param name="request">What is asked of it.</param>
    /// <exception cref="DeviceException">It is missing, busy, not permitted, or has no format that is understood.</exception>
    public V4l2Camera(string path, CameraRequest request)
        : this(LibcCalls.Instance, path, request)
    {
        if (!OperatingSystem.IsLinux()) throw new DeviceException($"{path}: V4L2 cameras are read on Linux only");
    }

    internal V4l2Camera(VideoCalls calls, string path, CameraRequest request)
    {
        (_calls, Name) = (calls, path);
        _patience = (int)request.Patience.TotalMilliseconds;
        _file = calls.Open(path);
        if (_file < 0) throw CameraErrors.Of(path, -_file, "opening");
        try
        {
            _layout = Negotiation.Settle(calls, _file, path, request);
            MapBuffers();
            uint type = Value.TypeCapture;
            Require(_calls.Control(_file, Request.StreamOn, ref type), "starting");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width => _layout.Width;

    /// <inheritdoc/>
    public int Height => _layout.Height;

    /// <summary>Form of the pictures.</summary>
    public FrameLayout Layout => _layout;

    /// <summary>Pictures that the camera itself called damaged, or delivered only in part; they are left out.</summary>
    public long Damaged { get; private set; }

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        int damaged = 0;
        for (int waited = 0; !cancel.IsCancellationRequested;)
        {
            int ready = _calls.Poll(_file, SliceMilliseconds);
            Require(ready, "waiting for a picture");
            var buffer = new Buffer { Type = Value.TypeCapture, Memory = Value.MemoryMapped };
            int result = ready == 0 ? -Errno.Again : _calls.Control(_file, Request.Dequeue, ref buffer);
            if (result == -Errno.Again)
            {
                waited += ready == 0 ? SliceMilliseconds : 1;
                if (waited < _patience) continue;
                throw new DeviceException(DeviceFault.Frozen, $"{Name}: no picture within {_patience / 1000.0:0.#} s; the camera is frozen");
            }
            Require(result, "taking a picture");
            if (buffer.Index >= _buffers.Count) throw new DeviceException($"{Name}: the driver names buffer {buffer.Index} of {_buffers.Count}");
            Mapped mapped = _buffers[(int)buffer.Index];
            int bytes = _layout.Format == PixelFormat.Jpeg ? (int)Math.Min(buffer.BytesUsed, mapped.Bytes) : _layout.ByteCount;
            if ((buffer.Flags & Flag.BufferError) == 0 && buffer.BytesUsed >= bytes && bytes > 0)
            {
                lock (_gate) mapped.IsLent = true;
                return mapped.Frame.Lend(bytes, TimeOf(buffer), buffer.Sequence);
            }
            Damaged++;
            if (++damaged == MostDamaged) throw new DeviceException(DeviceFault.Frozen, $"{Name}: {damaged} damaged pictures one after the other");
            Require(Queue(buffer.Index), "giving a buffer back");
        }
        return null;
    }

    /// <summary>Stops the camera.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            if (_file < 0) return;
            uint type = Value.TypeCapture;
            _ = _calls.Control(_file, Request.StreamOff, ref type);
            foreach (Mapped buffer in _buffers)
            {
                if (!buffer.IsLent) _calls.Unmap(buffer.Memory, buffer.Bytes);
            }
            _calls.Close(_file);
        }
    }

    void IFrameOwner.TakeBack(CapturedFrame frame)
    {
        lock (_gate)
        {
            Mapped buffer = _buffers[frame.Index];
            buffer.IsLent = false;
            if (_isClosed) _calls.Unmap(buffer.Memory, buffer.Bytes);
            // Where this fails the camera is gone, which the next capture says.
            else _ = Queue((uint)frame.Index);
        }
    }

    private static long TimeOf(in Buffer buffer)
    {
        long now = Stopwatch.GetTimestamp();
        // Stopwatch counts CLOCK_MONOTONIC on Linux, as the driver does where it says so.
        if ((buffer.Flags & Flag.TimeMask) != Flag.MonotonicTime) return now;
        long stamp = (long)(((buffer.Seconds * 1_000_000) + buffer.Microseconds) * (Stopwatch.Frequency / 1e6));
        // A driver may reckon the end of the exposure ahead of the clock, as the kernel's vivid does by most of a frame; latencies would be below zero.
        return Math.Min(stamp, now);
    }

    private void MapBuffers()
    {
        var request = new RequestBuffers { Count = BufferCount, Type = Value.TypeCapture, Memory = Value.MemoryMapped };
        Require(_calls.Control(_file, Request.RequestBuffers, ref request), "asking for buffers");
        if (request.Count < BufferCount) throw new DeviceException($"{Name}: gives {request.Count} buffers, {BufferCount} are needed; the system is short of memory");
        for (uint i = 0; i < BufferCount; i++)
        {
            var buffer = new Buffer { Index = i, Type = Value.TypeCapture, Memory = Value.MemoryMapped };
            Require(_calls.Control(_file, Request.QueryBuffer, ref buffer), "asking for a buffer");
            if (buffer.Length < _layout.ByteCount) throw new DeviceException(DeviceFault.WrongFormat, $"{Name}: buffers of {buffer.Length} bytes for pictures of {_layout.ByteCount}");
            byte* memory = _calls.Map(_file, buffer.Length, buffer.Offset);
            if (memory == null) throw new DeviceException($"{Name}: a buffer of {buffer.Length} bytes cannot be mapped");
            var frame = new CapturedFrame(this, (int)i, memory);
            frame.Describe(_layout);
            _buffers.Add(new Mapped(frame, memory, buffer.Length));
            Require(Queue(i), "giving a buffer");
        }
    }

    private int Queue(uint index)
    {
        var buffer = new Buffer { Index = index, Type = Value.TypeCapture, Memory = Value.MemoryMapped };
        return _calls.Control(_file, Request.Queue, ref buffer);
    }

    private void Require(int result, string doing)
    {
        if (result < 0) throw CameraErrors.Of(Name, -result, doing);
    }

    private sealed class Mapped(CapturedFrame frame, byte* memory, uint bytes)
    {
        public CapturedFrame Frame => frame;

        public byte* Memory => memory;

        public uint Bytes => bytes;

        public bool IsLent { get; set; }
    }
}
