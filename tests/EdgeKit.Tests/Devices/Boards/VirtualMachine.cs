using EdgeKit.Devices.Profiling;

namespace EdgeKit.Tests.Devices.Boards;

/// <summary>A machine whose time passes only by what is done on it: a model takes what it is said to take, and so does the loop that tells the clock. Things happen to it at set times.</summary>
internal sealed class VirtualMachine(FakeSystem system) : ProfileClock
{
    private readonly SortedDictionary<double, Action> _events = [];
    private double _now;

    /// <summary>By how much everything takes longer.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>Milliseconds of an inference on one thread.</summary>
    public double ModelMs { get; set; } = 2;

    /// <summary>Milliseconds that another program takes from the probe's loop each tenth time.</summary>
    public double Theft { get; set; }

    /// <summary>What happens at each inference.</summary>
    public Action OnRun { get; set; } = static () => { };

    /// <summary>How long it was left alone.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>What the profiler told.</summary>
    public List<string> Told { get; } = [];

    private int Loops { get; set; }

    public override double Now => _now;

    /// <summary>Something that happens at a time, in milliseconds.</summary>
    public void At(double milliseconds, Action action) => _events.Add(milliseconds, action);

    public override void Wait(TimeSpan time, CancellationToken cancel)
    {
        Waited += time;
        Advance(time.TotalMilliseconds);
    }

    public void Advance(double milliseconds)
    {
        _now += milliseconds;
        while (_events.Count > 0 && _events.First() is var next && next.Key <= _now)
        {
            _events.Remove(next.Key);
            next.Value();
        }
    }

    public BoardProfile Profile(ProfileOptions? options = null, IReadOnlyList<SweepPoint>? points = null, ProfiledModel? model = null)
    {
        var probe = new SpeedProbe(this, rounds => Advance(rounds * 4e-6 * Slowness + (++Loops % 10 == 0 ? Theft : 0)), static _ => { });
        return new BoardProfiler(system.Reader(), options ?? new ProfileOptions(), this, probe, Told.Add).Run([model ?? Model()], points ?? [new SweepPoint(1, [0], null)], CancellationToken.None);
    }

    public ProfiledModel Model(string name = "m.ekm", string checksum = "00000001") => new(name, checksum, point => new FakeRun(this, point));

    /// <summary>A model of the runtime whose inferences take what this machine says.</summary>
    public ProfiledModel Real(string path)
    {
        ProfiledModel real = ProfiledModel.Load(path);
        return new ProfiledModel(real.Name, real.Checksum, point => new TimedRun(this, real.Open(point)));
    }

    private sealed class FakeRun(VirtualMachine machine, SweepPoint point) : ProfiledRun
    {
        public override string Precision => "int8";

        public override (long File, long Arena, long Packed) Bytes => (1000, 2000, 3000);

        public override void Run()
        {
            machine.OnRun();
            machine.Advance(machine.ModelMs / point.Threads * machine.Slowness);
        }

        public override IReadOnlyList<ProfiledLayer> TimeLayers(int runs, CancellationToken cancel)
        {
            for (int i = 0; i < runs; i++) Run();
            return [new ProfiledLayer("a&b", "Conv", [1, 8, 4, 4], "k", 1.2, 1000, new TargetLayer("dense", true, 3, 8, 4, 4, 3, 3, 1, 1)), new ProfiledLayer("copy", "Copy", [1, 8, 4, 4], null, 0.3, 0, null)];
        }

        public override void Dispose()
        {
        }
    }

    private sealed class TimedRun(VirtualMachine machine, ProfiledRun run) : ProfiledRun
    {
        public override string Precision => run.Precision;

        public override (long File, long Arena, long Packed) Bytes => run.Bytes;

        public override void Run()
        {
            run.Run();
            machine.Advance(machine.ModelMs);
        }

        /// <summary>Operators take what their work says, not what this machine's day makes of it.</summary>
        public override IReadOnlyList<ProfiledLayer> TimeLayers(int runs, CancellationToken cancel) => [.. run.TimeLayers(runs, cancel).Select(static l => l with { Ms = 0.01 + l.Macs * 1e-6 })];

        public override void Dispose() => run.Dispose();
    }
}
