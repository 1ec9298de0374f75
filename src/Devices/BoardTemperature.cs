using System.Globalization;

namespace EdgeKit.Devices;

/// <summary>The temperature of the processor, as Linux tells it.</summary>
public static class BoardTemperature
{
    private const string Zones = "/sys/class/thermal";

    /// <summary>Reads it.</summary>
    /// <returns>Degrees Celsius of the hottest of the processor's zones, of all zones where none says that it is the processor's; null where there is none.</returns>
    public static double? Read() => Read(Zones);

    internal static double? Read(string folder)
    {
        double? processor = null, all = null;
        try
        {
            if (!Directory.Exists(folder)) return null;
            foreach (string zone in Directory.EnumerateDirectories(folder, "thermal_zone*"))
            {
                if (Text(zone, "temp") is not { } text || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int thousandths)) continue;
                double degrees = thousandths / 1000.0;
                all = Math.Max(all ?? degrees, degrees);
                // cpu-thermal of a Raspberry Pi, CPU-therm of a Jetson, x86_pkg_temp of a PC.
                string kind = Text(zone, "type") ?? "";
                if (kind.StartsWith("cpu", StringComparison.OrdinalIgnoreCase) || kind == "x86_pkg_temp") processor = Math.Max(processor ?? degrees, degrees);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox hides them.
        }
        return processor ?? all;
    }

    /// <summary>A file of a zone; null where the sensor is off, which makes reading fail.</summary>
    private static string? Text(string zone, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(zone, name)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
