using System.Globalization;

namespace EdgeKit.Arm64.Tool;

/// <summary>Everything that one start of tests/Arm64/run has measured.</summary>
internal sealed class Results
{
    /// <summary>Reads the list that the script wrote: one measurement a line, its parts separated by tabs.</summary>
    public Results(string list)
    {
        Model? model = null;
        Limits? limits = null;
        foreach (string line in File.ReadLines(list))
        {
            switch (line.Split('\t'))
            {
                case ["kernel", string kernel, string cpu, string file]:
                    KernelResult result = KernelResult.Of(int.Parse(kernel, CultureInfo.InvariantCulture), cpu, file);
                    if (result.Supported) Kernels.Add(result);
                    break;
                case ["limits", string limitsFile]:
                    limits = new Limits(limitsFile);
                    break;
                case ["model", string path, string cpu, string prefix]:
                    if (model?.Path != path) model = new Model(path);
                    Models.Add(ModelResult.Of(model, cpu, new RigRun(prefix), limits));
                    break;
                case ["camera", string size, string prefix]:
                    Cameras.Add(CameraResult.Of(Models[^1], size, prefix));
                    break;
                case ["peer", string name, string precision, string cpu, string prefix]:
                    Peers.Add(PeerResult.Of(name, precision, cpu, prefix));
                    break;
                case ["sizes", string part, string whole]:
                    Sizes.Add((part, whole));
                    break;
                case ["memory", string what, string kilobytes]:
                    Memory.Add((what, long.Parse(kilobytes, CultureInfo.InvariantCulture)));
                    break;
                default:
                    throw new InvalidDataException($"'{line}' in {list}");
            }
        }
    }

    /// <summary>Kernels that the core could run.</summary>
    public List<KernelResult> Kernels { get; } = [];

    public List<ModelResult> Models { get; } = [];

    /// <summary>Each of the model and core before it.</summary>
    public List<CameraResult> Cameras { get; } = [];

    public List<PeerResult> Peers { get; } = [];

    /// <summary>Two files, whose sizes are to be compared.</summary>
    public List<(string Part, string Whole)> Sizes { get; } = [];

    /// <summary>Most memory that a program had resident, in KiB.</summary>
    public List<(string What, long Kilobytes)> Memory { get; } = [];

    /// <summary>What is not as it must be, a line each.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Kernels.Where(static k => k.Problem.Length > 0).Select(static k => $"{k.Name} on {k.Cpu} {(k.Dotprod ? "with" : "without")} dotprod: {k.Problem}"),
        .. Models.Where(static m => !m.Passed).Select(static m => $"{m.Model.Name} on {m.Cpu}: {m.Problem}"),
        .. Cameras.Where(static c => c.Pixels == 0).Select(static c => $"{c.Width}x{c.Height} to {c.Model} on {c.Cpu}: did not run"),
        .. Peers.Where(static p => p.Instructions == 0).Select(static p => $"{p.Name} on {p.Model}, {p.Cpu}: did not run"),
    ];

    public int Passed => Kernels.Count + Models.Count + Cameras.Count + Peers.Count - Failures.Count;
}
