using System.Diagnostics;

namespace EdgeKit.Devices.Profiling;

/// <summary>The clock that measurements go by; tests have one of their own.</summary>
internal abstract class ProfileClock
{
    /// <summary>This machine's.</summary>
    public static ProfileClock System { get; } = new Monotonic();

    /// <summary>Milliseconds since some moment.</summary>
    public abstract double Now { get; }

    /// <summary>Lets time pass.</summary>
    public abstract void Wait(TimeSpan time, CancellationToken cancel);

    private sealed class Monotonic : ProfileClock
    {
        public override double Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e3);

        public override void Wait(TimeSpan time, CancellationToken cancel)
        {
            cancel.WaitHandle.WaitOne(time);
            cancel.ThrowIfCancellationRequested();
        }
    }
}
