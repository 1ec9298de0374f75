namespace EdgeKit.Training.Running;

/// <summary>
/// Which samples are the batch of a step: every epoch takes all samples in an order of its own, and leaves out what does not fill a batch. A function of seed
/// and step.
/// </summary>
public sealed class SampleOrder
{
    private readonly Lock _lock = new();
    private readonly int _count;
    private readonly long _seed;
    private long _epoch = -1;
    private int[] _order = [];

    /// <param name="count">Number of samples.</param>
    /// <param name="batch">Samples of a batch; fewer samples make one batch an epoch.</param>
    /// <param name="seed">Seed of the training.</param>
    public SampleOrder(int count, int batch, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        _count = count;
        _seed = seed;
        BatchSize = Math.Min(batch, count);
    }

    /// <summary>Samples of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Batches that take every sample about once.</summary>
    public int StepsPerEpoch => _count / BatchSize;

    /// <summary>The samples of a step. Safe to call from several threads.</summary>
    public int[] Batch(long step)
    {
        lock (_lock)
        {
            long epoch = step / StepsPerEpoch;
            if (epoch != _epoch)
            {
                _order = CounterRandom.Of(_seed, epoch).Permutation(_count);
                _epoch = epoch;
            }
            return _order[(int)(step % StepsPerEpoch * BatchSize)..][..BatchSize];
        }
    }
}
