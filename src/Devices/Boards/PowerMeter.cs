using System.Globalization;

namespace EdgeKit.Devices.Boards;

/// <summary>Measures the power that a board takes, where it can: a Raspberry Pi 5 by its power management chip, a Jetson by its INA3221.</summary>
internal sealed class PowerMeter
{
    // The Jetson's supply as a whole, by the names that its generations give it.
    private static readonly string[] Supplies = ["VDD_IN", "POM_5V_IN"];

    private readonly Func<double?> _watts;

    private PowerMeter(string name, Func<double?> watts) => (Name, _watts) = (name, watts);

    /// <summary>What measures.</summary>
    public string Name { get; }

    /// <summary>Watts now; null where it does not tell.</summary>
    public double? Watts() => _watts();

    /// <summary>The board's meter; null where it has none that is known.</summary>
    public static PowerMeter? Find(SystemFiles files)
    {
        foreach (string monitor in files.Entries("/sys/class/hwmon", "hwmon*"))
        {
            if (files.Text($"{monitor}/name") != "ina3221") continue;
            foreach (string label in files.Entries(monitor, "in*_label"))
            {
                if (!Supplies.Contains(files.Text(label) ?? "")) continue;
                string channel = Path.GetFileName(label)["in".Length..^"_label".Length];
                // Millivolts and milliamperes.
                return new PowerMeter("INA3221", () =>
                    files.Number($"{monitor}/in{channel}_input") is { } volts && files.Number($"{monitor}/curr{channel}_input") is { } amperes ? volts * amperes / 1e6 : null);
            }
        }
        double? Rails() => files.Output("vcgencmd", "pmic_read_adc") is { } text ? SumOfRails(text) : null;
        return Rails() is not null ? new PowerMeter("PMIC", Rails) : null;
    }

    /// <summary>
    /// The sum over the rails of what <c>vcgencmd pmic_read_adc</c> lists: lines such as <c>VDD_CORE_A current(7)=1.2A</c> and <c>VDD_CORE_V volt(15)=0.72V</c>. What the chip's own converters
    /// lose, and what is drawn from the 5 V supply itself, is not in it.
    /// </summary>
    internal static double? SumOfRails(string text)
    {
        var amperes = new Dictionary<string, double>(StringComparer.Ordinal);
        double? sum = null;
        foreach (string line in text.Split('\n'))
        {
            if (Value(line, "_A ", 'A') is { } current) amperes[current.Rail] = current.Value;
        }
        foreach (string line in text.Split('\n'))
        {
            if (Value(line, "_V ", 'V') is { } voltage && amperes.TryGetValue(voltage.Rail, out double current)) sum = (sum ?? 0) + voltage.Value * current;
        }
        return sum;
    }

    private static (string Rail, double Value)? Value(string line, string ending, char unit)
    {
        int end = line.IndexOf(ending, StringComparison.Ordinal), equals = line.IndexOf('=', StringComparison.Ordinal);
        return end > 0 && equals > end && double.TryParse(line.AsSpan(equals + 1).Trim().TrimEnd(unit), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? (line[..end].Trim(), value) : null;
    }
}
