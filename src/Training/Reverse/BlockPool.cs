namespace EdgeKit.Training.Reverse;

/// <summary>A piece of memory that several holders may share; the last one to let go gives it back to its pool.</summary>
internal sealed class Block
{
    private readonly float[] _values;
    private readonly int _start;

    internal Block(int capacity)
    {
        Capacity = capacity;
        // On the pinned heap an address stays aligned. Vectors that cross lines of the cache cost twice.
        _values = GC.AllocateUninitializedArray<float>(capacity + BlockPool.Slack, pinned: true);
        _start = (int)((BlockPool.Alignment - Address % BlockPool.Alignment) % BlockPool.Alignment / sizeof(float));
    }

    /// <summary>Elements that were asked for.</summary>
    public int Length { get; internal set; }

    /// <summary>Holders.</summary>
    public int References { get; internal set; }

    /// <summary>The elements, and behind them <see cref="BlockPool.Overrun"/> more that vectors may load and store and that hold anything.</summary>
    public Span<float> Values => _values.AsSpan(_start, Length + BlockPool.Overrun);

    internal int Capacity { get; }

    private long Address => System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);
}

/// <summary>Memory that steps rent and give back, so that after the first batch nothing is allocated. Rented memory holds anything.</summary>
internal sealed class BlockPool
{
    /// <summary>Elements behind the end of a block that vectors may touch.</summary>
    public const int Overrun = 64;

    internal const int Alignment = 64;
    internal const int Slack = Overrun + Alignment / sizeof(float);

    /// <summary>The most that a block may be larger than what is asked for.</summary>
    private const double Waste = 1.25;

    private readonly SortedDictionary<int, Stack<Block>> _free = [];
    private readonly Lock _gate = new();

    /// <summary>Elements of all blocks, rented or not.</summary>
    public long Allocated { get; private set; }

    /// <summary>A block with one holder.</summary>
    public Block Rent(int length)
    {
        lock (_gate)
        {
            Block block = Find(length) ?? Allocate(length);
            block.Length = length;
            block.References = 1;
            return block;
        }
    }

    /// <summary>Adds a holder.</summary>
    public Block Share(Block block)
    {
        lock (_gate) block.References++;
        return block;
    }

    /// <summary>One holder lets go.</summary>
    public void Release(Block? block)
    {
        if (block is null) return;
        lock (_gate)
        {
            if (--block.References > 0) return;
            if (!_free.TryGetValue(block.Capacity, out Stack<Block>? stack)) _free[block.Capacity] = stack = new Stack<Block>();
            stack.Push(block);
        }
    }

    private Block? Find(int length)
    {
        foreach ((int capacity, Stack<Block> stack) in _free)
        {
            if (capacity < length) continue;
            if (capacity > length * Waste + 1024) return null;
            if (stack.TryPop(out Block? block)) return block;
        }
        return null;
    }

    private Block Allocate(int length)
    {
        Allocated += length;
        return new Block(length);
    }
}
