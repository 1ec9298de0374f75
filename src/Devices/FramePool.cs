namespace EdgeKit.Devices;

/// <summary>Frames in arrays, made once, for sources that write their pictures themselves. Safe on several threads.</summary>
public sealed class FramePool : IFrameOwner
{
    // One is being captured, one waits, one is being looked at, and one is spare.
    private const int Count = 4;

    private readonly Stack<CapturedFrame> _free = new(Count);

    /// <summary>Makes the frames.</summary>
    /// <param name="layout">Their form.</param>
    /// <param name="bytes">Bytes of each; null for a whole picture of that form.</param>
    public FramePool(FrameLayout layout, int? bytes = null)
    {
        for (int i = 0; i < Count; i++)
        {
            var frame = new CapturedFrame(this, i, new byte[bytes ?? layout.ByteCount]);
            frame.Describe(layout);
            _free.Push(frame);
        }
    }

    /// <summary>Lends a frame that <paramref name="data"/> is copied into.</summary>
    /// <param name="data">The picture.</param>
    /// <param name="timestamp">When it was captured; see <see cref="CapturedFrame.Timestamp"/>.</param>
    /// <param name="sequence">Its number.</param>
    /// <returns>The frame; null when all are lent.</returns>
    public CapturedFrame? TryLend(ReadOnlySpan<byte> data, long timestamp, long sequence)
    {
        lock (_free)
        {
            if (_free.Count == 0) return null;
            CapturedFrame frame = _free.Pop();
            data.CopyTo(frame.Array);
            return frame.Lend(data.Length, timestamp, sequence);
        }
    }

    void IFrameOwner.TakeBack(CapturedFrame frame)
    {
        lock (_free) _free.Push(frame);
    }

    /// <summary>A frame to be filled and lent.</summary>
    internal CapturedFrame Rent()
    {
        lock (_free)
        {
            if (_free.TryPop(out CapturedFrame? frame)) return frame;
        }
        throw new InvalidOperationException($"all {Count} frames are lent; frames must be given back");
    }

    /// <summary>Takes back a rented frame that was not lent.</summary>
    internal void Abandon(CapturedFrame frame)
    {
        lock (_free) _free.Push(frame);
    }
}
