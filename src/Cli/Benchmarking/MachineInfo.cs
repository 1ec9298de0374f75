using EdgeKit.Devices;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>The machine that a measurement was taken on, as reports hold it: <see cref="Machine"/> and the peer.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Governor">How Linux chooses the clock; null where it does not tell.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture">Of the process.</param>
/// <param name="Dotnet">.NET's version.</param>
/// <param name="Isa">Instruction sets that kernels can use.</param>
/// <param name="OnnxRuntime">ONNX Runtime's version; null where it is not used.</param>
internal sealed record MachineInfo(string Cpu, int Cores, string? Governor, string Os, string Architecture, string Dotnet, IReadOnlyList<string> Isa, string? OnnxRuntime)
{
    /// <summary>This machine.</summary>
    public static MachineInfo Collect(OrtLibrary? ort = null)
    {
        Machine m = Machine.Collect();
        return new MachineInfo(m.Cpu, m.Cores, m.Governor, m.Os, m.Architecture, m.Dotnet, m.Isa, ort?.Version);
    }

    /// <summary>The machine as lines of text.</summary>
    public override string ToString()
    {
        var machine = new Machine(Cpu, Cores, Governor, Os, Architecture, Dotnet, Isa);
        return OnnxRuntime is null ? $"{machine}" : $"{machine}, ONNX Runtime {OnnxRuntime}";
    }
}
