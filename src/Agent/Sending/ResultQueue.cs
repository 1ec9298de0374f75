using System.Diagnostics;

namespace EdgeKit.Agent.Sending;

/// <summary>
/// Results between the thread of the models and one that sends them. It has a bound: where it is full, the oldest goes. Whoever puts one in waits for nobody, and once all texts have had
/// their length, nothing is allocated.
/// </summary>
/// <param name="capacity">Most results that wait.</param>
internal sealed class ResultQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly byte[][] _texts = Enumerable.Repeat(Array.Empty<byte>(), capacity);
    private readonly int[] _lengths = new int[capacity];
    private int _first;
    private int _count;
    private long _dropped;
    private bool _isClosed;

    /// <summary>Results that went because newer ones came, or came too late.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Puts a copy in.</summary>
    public void Put(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            if (_isClosed || _count == capacity) Volatile.Write(ref _dropped, _dropped + 1);
            if (_isClosed) return;
            if (_count == capacity) Advance();
            int at = (_first + _count) % capacity;
            if (_texts[at].Length < text.Length) _texts[at] = new byte[text.Length + (text.Length / 4)];
            text.CopyTo(_texts[at]);
            _lengths[at] = text.Length;
            _count++;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for results and moves them to a batch, which is emptied before.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="linger">How long to wait for more once there is one; not after <see cref="Close"/>.</param>
    /// <returns>False when it is closed and empty.</returns>
    public bool Take(ResultBatch batch, TimeSpan linger)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_count == 0 && !_isClosed) Monitor.Wait(_gate);
            for (long start = Stopwatch.GetTimestamp(); !batch.IsFull;)
            {
                while (_count > 0 && !batch.IsFull)
                {
                    batch.Exchange(ref _texts[_first], _lengths[_first]);
                    Advance();
                }
                TimeSpan left = linger - Stopwatch.GetElapsedTime(start);
                if (_isClosed || batch.IsFull || left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) break;
            }
            return batch.Count > 0;
        }
    }

    /// <summary>Takes no more results.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops what waits.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Volatile.Write(ref _dropped, _dropped + _count);
            _count = 0;
        }
    }

    private void Advance()
    {
        _first = (_first + 1) % capacity;
        _count--;
    }
}
