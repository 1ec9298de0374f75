using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Devices.Profiling;

/// <summary>A model that is to be profiled.</summary>
public sealed class ProfiledModel
{
    internal ProfiledModel(string name, string checksum, Func<SweepPoint, ProfiledRun> open) => (Name, Checksum, Open) = (name, checksum, open);

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    /// <summary>CRC-32C of the file.</summary>
    public string Checksum { get; }

    /// <summary>Makes it ready to run at a point of the sweep.</summary>
    internal Func<SweepPoint, ProfiledRun> Open { get; }

    /// <summary>Reads a model.</summary>
    /// <exception cref="PlanException">The file cannot be read, is malformed or of another version.</exception>
    public static ProfiledModel Load(string path)
    {
        PlanFile file = PlanFile.Load(path);
        string checksum = PlanFile.ChecksumOf(File.ReadAllBytes(path)).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        // A model that does not load is told before anything is measured.
        Session.Load(file).Dispose();
        return new ProfiledModel(Path.GetFileName(path), checksum, point => new SessionRun(file, point));
    }
}

/// <summary>A model that is ready to run.</summary>
internal abstract class ProfiledRun : IDisposable
{
    /// <summary>int8 or fp32.</summary>
    public abstract string Precision { get; }

    /// <summary>Bytes of the file, of activations and of weights.</summary>
    public abstract (long File, long Arena, long Packed) Bytes { get; }

    /// <summary>Runs one inference.</summary>
    public abstract void Run();

    /// <summary>Times its operators over some inferences.</summary>
    public abstract IReadOnlyList<ProfiledLayer> TimeLayers(int runs, CancellationToken cancel);

    public abstract void Dispose();
}

/// <summary>A session on noise; it keeps the thread on the point's first core until it is disposed of.</summary>
internal sealed class SessionRun : ProfiledRun
{
    private readonly Session _session;
    private readonly int[] _cores = ThreadAffinity.Get();

    public SessionRun(PlanFile file, SweepPoint point)
    {
        _session = Session.Load(file, new SessionOptions { Threads = point.Threads, Cores = point.Cores });
        Noise.Fill(_session);
        ThreadAffinity.Set([point.Cores[0]]);
    }

    public override string Precision => _session.IsInt8 ? "int8" : "fp32";

    public override (long File, long Arena, long Packed) Bytes => (_session.File.Length, _session.ArenaBytes, _session.PackedBytes);

    public override void Run() => _session.Run();

    public override IReadOnlyList<ProfiledLayer> TimeLayers(int runs, CancellationToken cancel)
    {
        _session.StartProfiling(runs);
        for (int i = 0; i < runs; i++)
        {
            cancel.ThrowIfCancellationRequested();
            _session.Run();
        }
        return LayerTime.Of(_session, _session.StopProfiling()).Select((l, i) => new ProfiledLayer(l.Name, l.Kind, l.Output, l.Kernel, l.Ms, l.Macs, TargetLayer.Of(_session, i)));
    }

    public override void Dispose()
    {
        _session.Dispose();
        ThreadAffinity.Set(_cores);
    }
}
