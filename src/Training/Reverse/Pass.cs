namespace EdgeKit.Training.Reverse;

/// <summary>One batch on its way through the network: its size, what it is for, and the memory and threads to use.</summary>
internal sealed class Pass(BlockPool pool, Workers workers)
{
    /// <summary>Memory.</summary>
    public BlockPool Pool { get; } = pool;

    /// <summary>Threads.</summary>
    public Workers Workers { get; } = workers;

    /// <summary>Images.</summary>
    public int Batch { get; set; }

    /// <summary>What the pass is for.</summary>
    public NetworkMode Mode { get; set; }

    /// <summary>Whether a backward pass may follow.</summary>
    public bool Keeps => Mode != NetworkMode.Inference;

    /// <summary>Weight of a batch in running statistics.</summary>
    public float Momentum { get; init; }

    /// <summary>Elements of all copies of a slot.</summary>
    public int Count(Slot slot) => slot.Length * (slot.PerImage ? Batch : 1);

    /// <summary>Gives a slot memory for its elements.</summary>
    public Span<float> Create(Slot slot)
    {
        slot.Data = Pool.Rent(Count(slot));
        return slot.Values;
    }

    /// <summary>Lets a slot have the elements of another.</summary>
    public void Alias(Slot slot, Slot source) => slot.Data = Pool.Share(source.Data!);

    /// <summary>Memory for the gradient of a slot, which the step writes completely and then hands to <see cref="Give"/>.</summary>
    public Block Ask(Slot slot) => Pool.Rent(Count(slot));

    /// <summary>Adds a gradient to what the slot has; the block goes with it.</summary>
    public void Give(Slot slot, Block gradient)
    {
        int count = Count(slot);
        if (slot.Parameter is { } parameter)
        {
            Vectors.Add(parameter.Gradient, gradient.Values, parameter.Gradient);
            Pool.Release(gradient);
        }
        else if (slot.Gradient is null)
        {
            slot.Gradient = gradient;
        }
        else
        {
            // The sum goes to whichever of the two nobody else reads.
            Block had = slot.Gradient, sum = had.References == 1 ? had : gradient.References == 1 ? gradient : Pool.Rent(count);
            Workers.Ranges(count, 1 << 16, (first, n) =>
                Vectors.Add(had.Values.Slice(first, n), gradient.Values.Slice(first, n), sum.Values.Slice(first, n)));
            slot.Gradient = sum;
            if (sum != had) Pool.Release(had);
            if (sum != gradient) Pool.Release(gradient);
        }
    }

    /// <summary>Adds the gradient of one slot to that of another of the same size.</summary>
    public void Pipe(Slot from, Slot to) => Give(to, Pool.Share(from.Gradient!));
}
