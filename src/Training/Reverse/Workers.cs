namespace EdgeKit.Training.Reverse;

/// <summary>The threads of a network. Which thread does a part never changes what it computes.</summary>
internal sealed class Workers(int threads)
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };

    /// <summary>Does parts 0 to <paramref name="parts"/> - 1 in any order.</summary>
    public void For(int parts, Action<int> part)
    {
        if (parts == 1 || _options.MaxDegreeOfParallelism == 1)
        {
            for (int i = 0; i < parts; i++) part(i);
            return;
        }
        Parallel.For(0, parts, _options, part);
    }

    /// <summary>Does the elements 0 to <paramref name="count"/> - 1 in ranges of <paramref name="grain"/>: first, and how many.</summary>
    public void Ranges(int count, int grain, Action<int, int> range) =>
        For((count + grain - 1) / grain, i => range(i * grain, Math.Min(grain, count - i * grain)));
}
