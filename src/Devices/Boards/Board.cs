using System.Globalization;

namespace EdgeKit.Devices.Boards;

/// <summary>A core of a processor.</summary>
/// <param name="Number">Linux's number.</param>
/// <param name="Kind">Such as Cortex-A76; on x86 the processor's name. Null where it is not known.</param>
/// <param name="MaxMhz">Its highest clock; null where it is not known.</param>
public sealed record BoardCore(int Number, string? Kind, double? MaxMhz);

/// <summary>What a machine is. Null is "not known": nothing is guessed.</summary>
public sealed record Board
{
    /// <summary>The board's name, such as Raspberry Pi 5 Model B Rev 1.0.</summary>
    public required string? Model { get; init; }

    /// <summary>Its cores, in the order of their numbers.</summary>
    public required IReadOnlyList<BoardCore> Cores { get; init; }

    /// <summary>How Linux chooses clocks, such as performance; where cores differ, all that there are, with commas.</summary>
    public required string? Governor { get; init; }

    /// <summary>A Jetson's power mode, such as 15W.</summary>
    public required string? PowerMode { get; init; }

    /// <summary>Bytes of memory.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Linux's version.</summary>
    public required string? Kernel { get; init; }

    /// <summary>The system's name.</summary>
    public required string? Os { get; init; }

    /// <summary>Version of the C library.</summary>
    public required string? CLibrary { get; init; }

    /// <summary>Of the process, such as arm64.</summary>
    public required string Architecture { get; init; }

    /// <summary>Instruction sets that kernels can use.</summary>
    public required IReadOnlyList<string> Isa { get; init; }

    /// <summary>What tells machines apart whose measurements are not to be compared.</summary>
    public string Identity => $"{Model ?? "a board that is not known"}, {Processors}";

    /// <summary>The cores as text, kinds in the order of their first core: 4 x Cortex-A76 at 2400 MHz.</summary>
    public string Processors
    {
        get
        {
            var kinds = new List<string>();
            var counts = new List<int>();
            foreach (BoardCore core in Cores)
            {
                string kind = (core.Kind ?? "core of a kind that is not known") + (core.MaxMhz is { } mhz ? string.Create(CultureInfo.InvariantCulture, $" at {mhz:F0} MHz") : "");
                int known = kinds.IndexOf(kind);
                if (known >= 0)
                {
                    counts[known]++;
                    continue;
                }
                kinds.Add(kind);
                counts.Add(1);
            }
            return string.Join(" + ", kinds.Select((kind, i) => $"{counts[i]} x {kind}"));
        }
    }
}
