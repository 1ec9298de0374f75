using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>The machine that a measurement was taken on.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture">Of the process, such as x64 or arm64.</param>
/// <param name="Dotnet">.NET's version.</param>
/// <param name="Isa">Instruction sets, beyond the architecture's base, that kernels can use.</param>
/// <param name="OnnxRuntime">ONNX Runtime's version; null where it is not used.</param>
internal sealed record MachineInfo(string Cpu, int Cores, string Os, string Architecture, string Dotnet, IReadOnlyList<string> Isa, string? OnnxRuntime)
{
    /// <summary>This machine.</summary>
    public static MachineInfo Collect(OrtLibrary? ort = null) => new(
        CpuName(), Environment.ProcessorCount, RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), Environment.Version.ToString(), Isas(), ort?.Version);

    /// <summary>The machine as lines of text.</summary>
    public override string ToString() =>
        $"{Cpu}, {Cores} logical processors ({Architecture}: {string.Join(' ', Isa)})\n{Os}, .NET {Dotnet}{(OnnxRuntime is null ? "" : $", ONNX Runtime {OnnxRuntime}")}";

    private static string[] Isas()
    {
        (string Name, bool Supported)[] all =
        [
            ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported), ("avx-vnni", AvxVnni.IsSupported),
            ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported),
            ("neon", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported), ("rdm", Rdm.IsSupported),
        ];
        return [.. all.Where(static i => i.Supported).Select(static i => i.Name)];
    }

    private static string CpuName()
    {
        try
        {
            // x86 has "model name"; boards have "Model" or "Hardware" near the end.
            foreach (string key in new[] { "model name", "Model", "Hardware" })
            {
                string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
                if (line is not null) return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide /proc; the measurement does not depend on the name.
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown processor";
    }
}
