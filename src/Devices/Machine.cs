using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Devices;

/// <summary>Facts about the machine that a measurement was taken on.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Governor">How Linux chooses the clock of the first processor, such as "performance"; null where it does not tell.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture">Of the process, such as x64 or arm64.</param>
/// <param name="Dotnet">.NET's version.</param>
/// <param name="Isa">Instruction sets, beyond the architecture's base, that kernels can use.</param>
public sealed record Machine(string Cpu, int Cores, string? Governor, string Os, string Architecture, string Dotnet, IReadOnlyList<string> Isa)
{
    /// <summary>This machine.</summary>
    public static Machine Collect() => new(
        CpuName(), Environment.ProcessorCount, Lines("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").FirstOrDefault(), RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), Environment.Version.ToString(), Isas());

    /// <summary>The machine as two lines of text; three where the first would be longer than 80 columns.</summary>
    public override string ToString()
    {
        string processor = $"{Cpu}, {Cores} logical processors", isa = $"({Architecture}: {string.Join(' ', Isa)})";
        char between = processor.Length + isa.Length < 80 ? ' ' : '\n';
        return $"{processor}{between}{isa}\n{Os}, .NET {Dotnet}{(Governor is null ? "" : $", clock governor {Governor}")}";
    }

    /// <summary>Instruction sets, beyond the architecture's base, that kernels can use.</summary>
    internal static string[] Isas()
    {
        (string Name, bool Supported)[] all =
        [
            ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported),
#if NET10_0_OR_GREATER
            ("avx-vnni", AvxVnni.IsSupported),
#endif
            ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported),
            ("neon", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported), ("rdm", Rdm.IsSupported),
        ];
        return [.. all.Where(static i => i.Supported).Select(static i => i.Name)];
    }

    private static string CpuName()
    {
        // x86 has "model name"; boards have "Model" or "Hardware" near the end.
        string[] lines = Lines("/proc/cpuinfo");
        foreach (string key in (string[])["model name", "Model", "Hardware"])
        {
            if (Array.Find(lines, l => l.StartsWith(key, StringComparison.Ordinal)) is { } line) return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown processor";
    }

    /// <summary>The lines of a file of the system; none where there is no such file or a sandbox hides it.</summary>
    private static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
