namespace EdgeKit.Agent.Sending;

/// <summary>Results that are sent together, oldest first. Their memory is exchanged with the queue's and used again.</summary>
/// <param name="capacity">Most results.</param>
internal sealed class ResultBatch(int capacity)
{
    private readonly byte[][] _texts = Enumerable.Repeat(Array.Empty<byte>(), capacity);
    private readonly int[] _lengths = new int[capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is room for no more.</summary>
    public bool IsFull => Count == capacity;

    /// <summary>A result as an object of JSON.</summary>
    public ArraySegment<byte> this[int index] => new(_texts[index], 0, _lengths[index]);

    public void Clear() => Count = 0;

    /// <summary>Takes a result and gives memory for another in its place.</summary>
    internal void Exchange(ref byte[] text, int length)
    {
        (_texts[Count], text) = (text, _texts[Count]);
        _lengths[Count++] = length;
    }
}
