using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Devices.Profiling;

/// <summary>
/// How fast cores are, by a loop of known work in registers: its fastest piece tells the clock, and how much longer all pieces took together tells what else ran there. So it finds
/// what no sensor tells.
/// </summary>
internal sealed class SpeedProbe
{
    /// <summary>Work of a piece: a sixth of a millisecond at 2.4 GHz.</summary>
    internal const int PieceRounds = 50_000;

    /// <summary>Pieces that are timed, and before them those in which threads that were at work on the core fall asleep.</summary>
    internal const int Pieces = 60, FirstPieces = 10;

    /// <summary>How long a core that idled may take to reach its clock: the slowest of Linux's governors looks every 100 ms.</summary>
    private const double RampMs = 150;

    private readonly ProfileClock _clock;
    private readonly Action<int> _loop;
    private readonly Action<int> _moveTo;
    private readonly double[] _fastest = new double[ThreadAffinity.MaxCores];

    /// <summary>Probes this machine's cores.</summary>
    public SpeedProbe()
        : this(ProfileClock.System, static rounds => _ = ClockLoop.Run(rounds), static core => ThreadAffinity.Set([core]))
    {
    }

    internal SpeedProbe(ProfileClock clock, Action<int> loop, Action<int> moveTo) => (_clock, _loop, _moveTo) = (clock, loop, moveTo);

    /// <summary>Probes cores one by one; the thread ends on the first.</summary>
    public CoreSpeed[] Measure(IReadOnlyList<int> cores)
    {
        var speeds = new CoreSpeed[cores.Count];
        for (int i = cores.Count - 1; i >= 0; i--)
        {
            _moveTo(cores[i]);
            speeds[i] = Measure(cores[i]);
        }
        return speeds;
    }

    /// <summary>By how much a core is slower than at its fastest so far, as a fraction.</summary>
    public double Slowdown(CoreSpeed speed) => speed.Piece / _fastest[speed.Core] - 1;

    private CoreSpeed Measure(int core)
    {
        double known = _fastest[core], begun = _clock.Now, before = begun, piece = 0;
        for (int i = 0; i < FirstPieces || (piece > known * (1 + RoundWatch.Tolerance) && before - begun < RampMs); i++) piece = Piece(ref before);
        double fastest = double.PositiveInfinity, start = before;
        for (int i = 0; i < Pieces; i++) fastest = Math.Min(fastest, Piece(ref before));
        _fastest[core] = known > 0 ? Math.Min(fastest, known) : fastest;
        return new CoreSpeed(core, fastest, (before - start) / (Pieces * fastest) - 1);
    }

    private double Piece(ref double before)
    {
        _loop(PieceRounds);
        double now = _clock.Now, time = now - before;
        before = now;
        return time;
    }
}

/// <summary>What a core was probed to do.</summary>
/// <param name="Core">Which.</param>
/// <param name="Piece">Milliseconds of the fastest piece.</param>
/// <param name="Shared">By how much all pieces together took longer than the fastest says, as a fraction.</param>
internal sealed record CoreSpeed(int Core, double Piece, double Shared);
