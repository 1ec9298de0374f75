using System.Globalization;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Devices.Profiling;

/// <summary>Watches a machine while something is measured on some of its cores, and says what disturbed that.</summary>
internal sealed class RoundWatch
{
    /// <summary>A core that loses more than this part of its speed was not the machine that is to be measured.</summary>
    public const double Tolerance = 0.05;

    private readonly BoardReader _reader;
    private readonly SpeedProbe _probe;
    private readonly ProfileClock _clock;
    private readonly Dictionary<string, double> _fastestMhz = new(StringComparer.Ordinal);
    private readonly double _origin;
    private readonly List<BoardReading> _during = [];
    private readonly List<double> _watts = [];
    private SweepPoint? _point;
    private BoardReading? _before;
    private CoreSpeed[] _speeds = [];
    private double _begun;
    private long? _waited;

    public RoundWatch(BoardReader reader, SpeedProbe probe, ProfileClock clock) => (_reader, _probe, _clock, _origin) = (reader, probe, clock, clock.Now);

    /// <summary>Everything that was read, in order.</summary>
    public List<TracePoint> Trace { get; } = [];

    /// <summary>Before the measurement.</summary>
    public void Begin(SweepPoint point)
    {
        _point = point;
        _during.Clear();
        _watts.Clear();
        _speeds = _probe.Measure(point.Cores);
        _before = Read();
        _waited = Waited();
        _begun = _clock.Now;
    }

    /// <summary>Between two steps of it.</summary>
    public void Look()
    {
        if (_reader.Power?.Watts() is { } watts) _watts.Add(watts);
        _during.Add(Read());
    }

    /// <summary>After it.</summary>
    public Watched End()
    {
        if (_during.Count == 0) Look();
        double length = _clock.Now - _begun, lost = Waited() - _waited is { } nanoseconds && length > 0 ? nanoseconds / 1e6 / length : 0;
        BoardReading after = Read();
        CoreSpeed[] now = _probe.Measure(_point!.Cores);
        double? mhz = Median(_during.Select(static r => r.Mhz).OfType());
        string key = _point.CoreText;
        double fastest = Math.Max(_fastestMhz.GetValueOrDefault(key), Highest(_during));
        _fastestMhz[key] = fastest;
        CoreSpeed slowest = now[0], shared = now[0];
        foreach (CoreSpeed speed in (CoreSpeed[])[.. _speeds, .. now])
        {
            if (_probe.Slowdown(speed) > _probe.Slowdown(slowest)) slowest = speed;
            if (speed.Shared > shared.Shared) shared = speed;
        }
        string? throttle = null;
        foreach (BoardReading reading in (BoardReading[])[.. _during, after]) throttle ??= reading.Throttle.Since(_before!.Throttle);
        string? why = throttle is not null ? $"the board throttles: {throttle}"
            : mhz < fastest * (1 - Tolerance) ? Text($"the clock was {mhz:F0} MHz, after {fastest:F0} before")
            : _probe.Slowdown(slowest) > Tolerance ? Text($"core {slowest.Core} ran {_probe.Slowdown(slowest) * 100:F0} % slower than before, though no sensor says that it throttles")
            : shared.Shared > Tolerance ? Text($"core {shared.Core} did something else for {shared.Shared / (1 + shared.Shared) * 100:F0} % of its time")
            : lost > Tolerance ? Text($"core {_point.Cores[0]} did something else for {lost * 100:F0} % of the time")
            : null;
        return new Watched(mhz, Hottest(), _watts.Count > 0 ? _watts.Average() : null, _probe.Slowdown(slowest), why);
    }

    private BoardReading Read()
    {
        BoardReading reading = _reader.Look(_point!.Cores);
        Trace.Add(new TracePoint((_clock.Now - _origin) / 1e3, reading.Mhz, reading.Celsius, reading.Throttle.Now is not null));
        return reading;
    }

    /// <summary>Nanoseconds for which this thread was ready and another ran on its core.</summary>
    private long? Waited() =>
        _reader.Files.Text("/proc/thread-self/schedstat")?.Split(' ') is [_, { } text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long waited) ? waited : null;

    private double? Hottest()
    {
        double? hottest = null;
        foreach (BoardReading reading in _during)
        {
            if (reading.Celsius is { } celsius && !(celsius <= hottest)) hottest = celsius;
        }
        return hottest;
    }

    private static double Highest(List<BoardReading> readings)
    {
        double highest = 0;
        foreach (BoardReading reading in readings) highest = Math.Max(highest, reading.Mhz ?? 0);
        return highest;
    }

    private static double? Median(double[] values)
    {
        if (values.Length == 0) return null;
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What was seen while something was measured.</summary>
/// <param name="Mhz">Median clock; null where it is not known.</param>
/// <param name="Celsius">Highest temperature; null where it is not known.</param>
/// <param name="Watts">Mean power of the board; null where it is not measured.</param>
/// <param name="Slowdown">By how much the slowest core was slower than at its fastest, as a fraction.</param>
/// <param name="Disturbance">What makes the measurement worthless; null where nothing does.</param>
internal sealed record Watched(double? Mhz, double? Celsius, double? Watts, double Slowdown, string? Disturbance);
