using System.Globalization;

namespace EdgeKit.Runtime.Execution;

/// <summary>The processor cores that this process may use and what each can do, as Linux tells: on boards with big and little cores they differ.</summary>
public sealed class CoreTopology
{
    private const string SystemFolder = "/sys/devices/system/cpu";

    private CoreTopology((int Core, int Capacity)[] cores) => Cores = cores;

    /// <summary>Cores and their capacities, the strongest first. Capacities compare within one list only; all are 1 where Linux does not tell.</summary>
    public IReadOnlyList<(int Core, int Capacity)> Cores { get; }

    /// <summary>Whether some cores can do more than others.</summary>
    public bool IsUnequal => Cores.Count > 0 && Cores[0].Capacity != Cores[^1].Capacity;

    /// <summary>The big cores: those that can do more than three quarters of what the strongest can. All where they are equal.</summary>
    public IEnumerable<int> Big => Cores.Where(c => c.Capacity > Cores[0].Capacity * 3L / 4).Select(static c => c.Core);

    /// <summary>The cores that the calling thread may run on.</summary>
    public static CoreTopology Read() => Read(ThreadAffinity.Get());

    /// <summary>The given cores.</summary>
    public static CoreTopology Read(IReadOnlyList<int> cores) => Read(cores, SystemFolder);

    /// <summary>The given cores as a folder like <c>/sys/devices/system/cpu</c> describes them: by <c>cpu_capacity</c>, else by their highest clock rate.</summary>
    public static CoreTopology Read(IReadOnlyList<int> cores, string folder)
    {
        foreach (string file in (string[])["cpu_capacity", "cpufreq/cpuinfo_max_freq"])
        {
            int[] values = [.. cores.Select(core => Number(Path.Combine(folder, $"cpu{core}", file)))];
            // Of no use unless known for all.
            if (Array.TrueForAll(values, static v => v > 0)) return Of(cores, values);
        }
        return Of(cores, [.. cores.Select(static _ => 1)]);
    }

    private static CoreTopology Of(IReadOnlyList<int> cores, int[] capacities) =>
        new(cores.Select((core, i) => (Core: core, Capacity: capacities[i])).OrderBy(static c => c.Core).OrderByDescending(static c => c.Capacity));

    private static int Number(string path)
    {
        try
        {
            return File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
