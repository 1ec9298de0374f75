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

    /// <summary>Kinds of cores and how many of each, in the order of their numbers.</summary>
    public IReadOnlyList<(string Kind, double? MaxMhz, int Count)> Kinds
    {
        get
        {
            var kinds = new List<(string Kind, double? MaxMhz, int Count)>();
            foreach (BoardCore core in Cores)
            {
                string kind = core.Kind ?? "core of a kind that is not known";
                int known = kinds.FindIndex(k => k.Kind == kind && k.MaxMhz == core.MaxMhz);
                if (known < 0) kinds.Add((kind, core.MaxMhz, 1));
                else kinds[known] = kinds[known] with { Count = kinds[known].Count + 1 };
            }
            return kinds;
        }
    }

    /// <summary>What tells machines apart whose measurements are not to be compared.</summary>
    public string Identity => $"{Model ?? "a board that is not known"}, {Processors}";

    /// <summary>The cores as text: 4 x Cortex-A76 at 2400 MHz.</summary>
    public string Processors => string.Join(" + ", Kinds.Select(static k => FormattableString.Invariant($"{k.Count} x {k.Kind}{(k.MaxMhz is { } mhz ? FormattableString.Invariant($" at {mhz:F0} MHz") : "")}")));
}
