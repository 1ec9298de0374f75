using System.Diagnostics;

namespace EdgeKit.Runtime.Profiling;

/// <summary>When each operator began and ended in some runs, in milliseconds.</summary>
public sealed class OperatorTimes
{
    private readonly long[] _stamps;
    private readonly double _millisecond = Stopwatch.Frequency / 1e3;

    /// <param name="stamps">For each run the time at its start and after each operator, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="operators">Number of operators.</param>
    internal OperatorTimes(long[] stamps, int operators)
    {
        _stamps = stamps;
        Operators = operators;
        Runs = stamps.Length / (operators + 1);
    }

    /// <summary>Number of operators.</summary>
    public int Operators { get; }

    /// <summary>Number of runs.</summary>
    public int Runs { get; }

    /// <summary>How long an operator took.</summary>
    public double Of(int run, int op) => (Stamp(run, op + 1) - Stamp(run, op)) / _millisecond;

    /// <summary>When an operator began, from the start of its run.</summary>
    public double Start(int run, int op) => (Stamp(run, op) - Stamp(run, 0)) / _millisecond;

    /// <summary>How long a run took: the sum of its operators.</summary>
    public double Total(int run) => (Stamp(run, Operators) - Stamp(run, 0)) / _millisecond;

    /// <summary>
    /// The runs that took no longer than the median, the median first: what disturbed the others (the system, other programs) would else be blamed on single operators.
    /// </summary>
    public IReadOnlyList<int> FasterHalf
    {
        get
        {
            int half = (Runs + 1) / 2;
            return [.. Enumerable.Range(0, Runs).OrderBy(Total).Take(half).OrderByDescending(Total)];
        }
    }

    /// <summary>Mean time of each operator over <see cref="FasterHalf"/>; their sum is those runs' mean.</summary>
    public double[] Means()
    {
        IReadOnlyList<int> runs = FasterHalf;
        return [.. Enumerable.Range(0, Operators).Select(op => runs.Select(run => Of(run, op)).Average())];
    }

    private long Stamp(int run, int column) => _stamps[run * (Operators + 1) + column];
}
