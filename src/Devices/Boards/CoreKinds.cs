using System.Globalization;

namespace EdgeKit.Devices.Boards;

/// <summary>From the numbers by which ARM64 cores identify themselves to their names.</summary>
internal static class CoreKinds
{
    private const int Arm = 0x41, Nvidia = 0x4e;

    // Main ID register: implementer in bits 31 to 24, part in bits 15 to 4.
    private static readonly (int Implementer, int Part, string Name)[] Known =
    [
        (Arm, 0xd03, "Cortex-A53"), (Arm, 0xd04, "Cortex-A35"), (Arm, 0xd05, "Cortex-A55"), (Arm, 0xd07, "Cortex-A57"), (Arm, 0xd08, "Cortex-A72"), (Arm, 0xd09, "Cortex-A73"),
        (Arm, 0xd0a, "Cortex-A75"), (Arm, 0xd0b, "Cortex-A76"), (Arm, 0xd0c, "Neoverse-N1"), (Arm, 0xd0d, "Cortex-A77"), (Arm, 0xd0e, "Cortex-A76AE"), (Arm, 0xd40, "Neoverse-V1"),
        (Arm, 0xd41, "Cortex-A78"), (Arm, 0xd42, "Cortex-A78AE"), (Arm, 0xd44, "Cortex-X1"), (Arm, 0xd46, "Cortex-A510"), (Arm, 0xd47, "Cortex-A710"), (Arm, 0xd48, "Cortex-X2"),
        (Arm, 0xd49, "Neoverse-N2"), (Arm, 0xd4b, "Cortex-A78C"), (Arm, 0xd4d, "Cortex-A715"), (Arm, 0xd4e, "Cortex-X3"), (Arm, 0xd4f, "Neoverse-V2"), (Arm, 0xd80, "Cortex-A520"),
        (Arm, 0xd81, "Cortex-A720"), (Arm, 0xd82, "Cortex-X4"), (Nvidia, 0x003, "Denver 2"), (Nvidia, 0x004, "Carmel"),
    ];

    /// <summary>The kinds of the machine's cores by their numbers: ARM's names, or what x86 calls the processor.</summary>
    public static Dictionary<int, string> Of(SystemFiles files)
    {
        var kinds = new Dictionary<int, string>();
        int core = -1;
        long? implementer = null;
        foreach (string line in files.Lines("/proc/cpuinfo"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            string key = line[..colon].Trim(), value = line[(colon + 1)..].Trim();
            switch (key)
            {
                case "processor" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number): (core, implementer) = (number, null); break;
                case "model name" when core >= 0: kinds[core] = value; break;
                case "CPU implementer": implementer = Hex(value); break;
                case "CPU part" when core >= 0 && implementer is { } i && Hex(value) is { } part: kinds[core] = Name(i, part); break;
            }
        }
        foreach (string folder in files.Entries("/sys/devices/system/cpu", "cpu*"))
        {
            if (NumberOf(folder) is { } number && Hex(files.Text($"{folder}/regs/identification/midr_el1")) is { } midr) kinds[number] = Name((int)(midr >> 24) & 0xff, (int)(midr >> 4) & 0xfff);
        }
        return kinds;
    }

    /// <summary>The number at the end of cpu4; null for folders such as cpufreq.</summary>
    public static int? NumberOf(string folder) =>
        int.TryParse(folder[(folder.LastIndexOf("/cpu", StringComparison.Ordinal) + 4)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string Name(long implementer, long part)
    {
        foreach ((int i, int p, string name) in Known)
        {
            if (i == implementer && p == part) return name;
        }
        return $"implementer 0x{implementer:x}, part 0x{part:x}";
    }

    private static long? Hex(string? text) =>
        text is not null && text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value) ? value : null;
}
