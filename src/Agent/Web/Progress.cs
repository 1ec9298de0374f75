namespace EdgeKit.Agent.Web;

/// <summary>
/// How the watch goes. The thread of the model adds, others read; nothing locks, so that no reader holds that thread up, and a reader may see one number a frame before another.
/// </summary>
internal sealed class Progress(TimeProvider clock)
{
    /// <summary>Latencies that are kept for the chart.</summary>
    public const int Recent = 240;

    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(5);

    private static readonly double[] Milliseconds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    private readonly long[] _counts = new long[Milliseconds.Length + 1];
    private readonly float[] _latencies = new float[Recent];
    private readonly long[] _times = new long[Recent];
    private readonly long _start = clock.GetTimestamp();
    private double _sum;
    private long _frames;

    /// <summary>Upper bounds of the histogram's buckets in milliseconds; one more bucket has no bound.</summary>
    public static IReadOnlyList<double> Bounds => Milliseconds;

    /// <summary>Frames that went through the model.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>All latencies together, in milliseconds.</summary>
    public double Sum => Volatile.Read(ref _sum);

    /// <summary>Since watching began.</summary>
    public TimeSpan Time => clock.GetElapsedTime(_start);

    /// <summary>Since the last frame, or since watching began.</summary>
    public TimeSpan SinceLast => Frames is > 0 and long frames ? clock.GetElapsedTime(Volatile.Read(ref _times[(frames - 1) % Recent])) : Time;

    /// <summary>Frames a second over the last five seconds.</summary>
    public double FramesPerSecond
    {
        get
        {
            long frames = Frames, now = clock.GetTimestamp();
            int count = 0;
            TimeSpan oldest = TimeSpan.Zero;
            for (; count < Math.Min(frames, Recent); count++)
            {
                TimeSpan age = clock.GetElapsedTime(Volatile.Read(ref _times[(frames - 1 - count) % Recent]), now);
                if (age > RateWindow) return count / RateWindow.TotalSeconds;
                oldest = age;
            }
            // The first of them began the time that the others took.
            return count > 1 && oldest > TimeSpan.Zero ? (count - 1) / oldest.TotalSeconds : 0;
        }
    }

    /// <summary>Adds a frame.</summary>
    /// <param name="latency">Milliseconds from capture to result.</param>
    public void Add(double latency)
    {
        int bucket = 0;
        while (bucket < Milliseconds.Length && latency > Milliseconds[bucket]) bucket++;
        _counts[bucket]++;
        Volatile.Write(ref _sum, _sum + latency);
        long at = _frames % Recent;
        _latencies[at] = (float)latency;
        Volatile.Write(ref _times[at], clock.GetTimestamp());
        Volatile.Write(ref _frames, _frames + 1);
    }

    /// <summary>How many frames took no longer than each bound; the last is the number of all of them.</summary>
    public long[] Cumulative()
    {
        long[] counts = [.. _counts];
        for (int i = 1; i < counts.Length; i++) counts[i] += counts[i - 1];
        return counts;
    }

    /// <summary>The last latencies, oldest first.</summary>
    public float[] Latest()
    {
        long frames = Frames, count = Math.Min(frames, Recent);
        float[] latest = new float[count];
        for (int i = 0; i < count; i++) latest[i] = _latencies[(frames - count + i) % Recent];
        return latest;
    }
}
