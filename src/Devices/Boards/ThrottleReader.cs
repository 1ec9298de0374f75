using System.Globalization;

namespace EdgeKit.Devices.Boards;

/// <summary>Whether a machine slows itself down, as far as it tells.</summary>
/// <param name="Flags">A Raspberry Pi's flags: bits 0 to 3 for now, 16 to 19 for since it was started. Null elsewhere.</param>
/// <param name="Limits">Cooling devices that hold the processor's clock down now.</param>
/// <param name="Events">How often hardware has held it down, counted since it was started: over-currents of a Jetson, heat of x86.</param>
public sealed record ThrottleState(uint? Flags, IReadOnlyList<string> Limits, long Events)
{
    private const int SinceStart = 16;
    private const uint NowMask = 0xf;

    private static readonly string[] Names = ["under-voltage", "clock capped", "throttled", "soft temperature limit"];

    /// <summary>What slows it down now; null where nothing does.</summary>
    public string? Now => Text(Named((Flags ?? 0) & NowMask));

    /// <summary>What slowed it down since it was started, by a Raspberry Pi's flags; null where nothing did.</summary>
    public string? Ever => Text(Named(((Flags ?? 0) >> SinceStart) & NowMask), limits: false);

    /// <summary>What slows it down now, or did since <paramref name="before"/>; null where nothing did.</summary>
    public string? Since(ThrottleState before)
    {
        uint begun = (((Flags ?? 0) & ~(before.Flags ?? 0)) >> SinceStart) & NowMask;
        List<string> names = Named(((Flags ?? 0) & NowMask) | begun);
        if (Events > before.Events) names.Add(string.Create(CultureInfo.InvariantCulture, $"the hardware held the clock down {Events - before.Events} times"));
        return Text(names);
    }

    private static List<string> Named(uint bits)
    {
        var names = new List<string>();
        for (int i = 0; i < Names.Length; i++)
        {
            if ((bits >> i & 1) != 0) names.Add(Names[i]);
        }
        return names;
    }

    private string? Text(List<string> names, bool limits = true)
    {
        if (limits) names.AddRange(Limits);
        return names.Count == 0 ? null : string.Join(", ", names);
    }
}

/// <summary>Reads a <see cref="ThrottleState"/>.</summary>
internal sealed class ThrottleReader
{
    private const string Firmware = "get_throttled";

    /// <summary>Cooling devices that act on the processor's clock; fans and graphics are others.</summary>
    private static readonly string[] ClockCoolers = ["cpu", "CPU", "thermal-cpufreq", "Processor", "intel_powerclamp"];

    private readonly SystemFiles _files;
    private readonly string? _flags;
    private readonly string[] _coolers;
    private readonly string[] _counters;

    public ThrottleReader(SystemFiles files)
    {
        _files = files;
        _flags = FlagsFile();
        var coolers = new List<string>();
        foreach (string device in files.Entries("/sys/class/thermal", "cooling_device*"))
        {
            if (files.Text($"{device}/type") is { } type && Array.Exists(ClockCoolers, c => type.StartsWith(c, StringComparison.Ordinal))) coolers.Add(device);
        }
        _coolers = [.. coolers];
        var counters = new List<string>();
        foreach (string monitor in files.Entries("/sys/class/hwmon", "hwmon*")) counters.AddRange(files.Entries(monitor, "oc*_event_cnt"));
        foreach (string cpu in files.Entries("/sys/devices/system/cpu", "cpu*"))
        {
            if (CoreKinds.NumberOf(cpu) is not null && files.Has($"{cpu}/thermal_throttle/core_throttle_count")) counters.Add($"{cpu}/thermal_throttle/core_throttle_count");
        }
        _counters = [.. counters];
    }

    public ThrottleState Read()
    {
        var limits = new List<string>();
        foreach (string cooler in _coolers)
        {
            if (_files.Number($"{cooler}/cur_state") is > 0) limits.Add($"held down by {_files.Text($"{cooler}/type")}");
        }
        long events = 0;
        foreach (string counter in _counters) events += _files.Number(counter) ?? 0;
        return new ThrottleState(Flags(), limits, events);
    }

    /// <summary>Where a Raspberry Pi's firmware puts its flags: below soc, whose name has an address on newer ones.</summary>
    private string? FlagsFile()
    {
        const string platform = "/sys/devices/platform";
        foreach (string folder in (string[])[platform, .. _files.Entries(platform, "soc*")])
        {
            foreach (string firmware in _files.Entries(folder, "*firmware"))
            {
                if (_files.Has($"{firmware}/{Firmware}")) return $"{firmware}/{Firmware}";
            }
        }
        return null;
    }

    private uint? Flags()
    {
        string? text = _flags is not null ? _files.Text(_flags) : null;
        // "throttled=0x50000".
        text ??= _files.Output("vcgencmd", Firmware)?.Trim() is { } line && line.StartsWith("throttled=", StringComparison.Ordinal) ? line["throttled=".Length..] : null;
        if (text is null) return null;
        if (text.StartsWith("0x", StringComparison.Ordinal)) text = text[2..];
        return uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint flags) ? flags : null;
    }
}
