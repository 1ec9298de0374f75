using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeKit.Devices.Boards;

/// <summary>Reads what a machine is and how it is.</summary>
public sealed partial class BoardReader
{
    private const string Cpus = "/sys/devices/system/cpu";

    private readonly Func<string?> _cLibrary;
    private readonly ThrottleReader _throttle;

    /// <summary>Reads this machine.</summary>
    public BoardReader()
        : this(new SystemFiles(), CLibraryVersion)
    {
    }

    internal BoardReader(SystemFiles files, Func<string?> cLibrary)
    {
        (Files, _cLibrary) = (files, cLibrary);
        _throttle = new ThrottleReader(files);
        Power = PowerMeter.Find(files);
    }

    /// <summary>Its files.</summary>
    public SystemFiles Files { get; }

    /// <summary>What measures its power; null where nothing does.</summary>
    internal PowerMeter? Power { get; }

    /// <summary>What the machine is.</summary>
    public Board Read()
    {
        Dictionary<int, string> kinds = CoreKinds.Of(Files);
        var numbers = new List<int>(kinds.Keys);
        foreach (string folder in Files.Entries(Cpus, "cpu*"))
        {
            if (CoreKinds.NumberOf(folder) is { } number && !numbers.Contains(number)) numbers.Add(number);
        }
        var cores = new List<BoardCore>();
        foreach (int number in numbers.Order()) cores.Add(new BoardCore(number, kinds.GetValueOrDefault(number), Megahertz($"{Cpus}/cpu{number}/cpufreq/cpuinfo_max_freq")));
        return new Board
        {
            Model = Known(Files.Text("/proc/device-tree/model")) ?? Known(Files.Text("/sys/class/dmi/id/product_name")),
            Cores = cores,
            Governor = Governors(cores),
            PowerMode = PowerModeOf(),
            MemoryBytes = Memory("MemTotal"),
            Kernel = Known(Files.Text("/proc/sys/kernel/osrelease")),
            Os = Files.Lines("/etc/os-release").FirstOrDefault(static l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"'),
            CLibrary = _cLibrary(),
            Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Isa = Machine.Isas(),
        };
    }

    /// <summary>How it is now, looked at from some of its cores.</summary>
    public BoardReading Look(IReadOnlyList<int> cores)
    {
        double? slowest = null;
        foreach (int core in cores)
        {
            // As often as this is asked, the file that reads the hardware would be slow, and root's.
            if (Megahertz($"{Cpus}/cpu{core}/cpufreq/scaling_cur_freq") is { } mhz && !(mhz >= slowest)) slowest = mhz;
        }
        (string? zone, double? celsius) = Thermometer.Read(Files);
        return new BoardReading(slowest, celsius, zone, _throttle.Read());
    }

    /// <summary>Bytes that /proc/meminfo tells; null where it does not.</summary>
    public long? Memory(string name)
    {
        string? line = Files.Lines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return line is not null && long.TryParse(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes << 10 : null;
    }

    private string? Governors(List<BoardCore> cores)
    {
        var governors = new List<string>();
        foreach (BoardCore core in cores)
        {
            if (Known(Files.Text($"{Cpus}/cpu{core.Number}/cpufreq/scaling_governor")) is { } governor && !governors.Contains(governor)) governors.Add(governor);
        }
        return governors.Count == 0 ? null : string.Join(", ", governors);
    }

    /// <summary>What nvpmodel has set: its status names a number, its table the number's name.</summary>
    private string? PowerModeOf()
    {
        string? status = Files.Text("/var/lib/nvpmodel/status");
        if (status is null || !status.StartsWith("pmode:", StringComparison.Ordinal)) return null;
        string text = status["pmode:".Length..].Split(' ')[0];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int mode)) return null;
        foreach (string line in Files.Lines("/etc/nvpmodel.conf"))
        {
            string[] words = line.Split([' ', '<', '>', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["POWER_MODEL", { } id, { } name, ..] && id == $"ID={mode}" && name.StartsWith("NAME=", StringComparison.Ordinal)) return name["NAME=".Length..];
        }
        return $"mode {mode}";
    }

    private double? Megahertz(string path) => Files.Number(path) is > 0 and { } kilohertz ? kilohertz / 1e3 : null;

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? CLibraryVersion()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Marshal.PtrToStringUTF8(GnuVersion()) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GnuVersion();
}

/// <summary>How a machine is at a moment.</summary>
/// <param name="Mhz">Clock of the slowest of the cores that were looked at; null where it is not known.</param>
/// <param name="Celsius">Temperature of the processor (<see cref="Thermometer"/>); null where it is not known.</param>
/// <param name="Zone">Name of the thermal zone that it is of.</param>
/// <param name="Throttle">Whether it slows itself down.</param>
public sealed record BoardReading(double? Mhz, double? Celsius, string? Zone, ThrottleState Throttle);
