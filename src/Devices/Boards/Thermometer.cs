namespace EdgeKit.Devices.Boards;

/// <summary>The temperature of the processor, as Linux tells it.</summary>
public static class Thermometer
{
    // Zones that are switched off say -256 degrees, or nothing.
    private const long Off = -100_000;

    /// <summary>Reads it.</summary>
    /// <param name="files">The machine's files.</param>
    /// <returns>Name and degrees Celsius of the hottest of the processor's zones, of all zones where none says that it is the processor's; null where there is none.</returns>
    public static (string? Zone, double? Celsius) Read(SystemFiles files)
    {
        (string? Zone, double? Celsius) processor = (null, null), all = (null, null);
        foreach (string zone in files.Entries("/sys/class/thermal", "thermal_zone*"))
        {
            if (files.Number($"{zone}/temp") is not (> Off and { } thousandths)) continue;
            double celsius = thousandths / 1e3;
            string? kind = files.Text($"{zone}/type");
            if (!(celsius <= all.Celsius)) all = (kind, celsius);
            if (IsProcessor(kind) && !(celsius <= processor.Celsius)) processor = (kind, celsius);
        }
        return processor.Celsius is null ? all : processor;
    }

    /// <summary>cpu-thermal of a Raspberry Pi, CPU-therm of a Jetson, x86_pkg_temp of a PC.</summary>
    private static bool IsProcessor(string? kind) => kind is not null && (kind.StartsWith("cpu", StringComparison.OrdinalIgnoreCase) || kind == "x86_pkg_temp");
}
