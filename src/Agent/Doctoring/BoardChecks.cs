using System.Globalization;
using EdgeKit.Devices.Boards;

namespace EdgeKit.Agent.Doctoring;

/// <summary>Checks of the machine itself.</summary>
internal static class BoardChecks
{
    private const double HotCelsius = 80;
    private const long LeastMemory = 128 << 20;

    // A program that is larger is none of ours.
    private const long MostProgramBytes = 64 << 20;

    public static IEnumerable<Finding> Of(Patient patient) => [Processor(patient), CLibrary(patient), Governor(patient.Board), Heat(patient.Reading), Throttle(patient.Reading.Throttle), .. Memory(patient)];

    private static Finding Processor(Patient patient)
    {
        Board board = patient.Board;
        string text = $"{board.Processors} ({board.Architecture}: {(board.Isa.Count > 0 ? string.Join(' ', board.Isa) : "nothing beyond the base")})";
        if (board.Architecture == "x64" && !board.Isa.Contains("avx2")) return Finding.Warn("processor", text, "without AVX2 models take three times as long; use a machine with it");
        return Finding.Ok("processor", board.Architecture == "arm64" && !board.Isa.Contains("dotprod") ? $"{text}; it has no dot product, which Cortex-A55 and later have" : text);
    }

    private static Finding CLibrary(Patient patient)
    {
        Version? needed = Needed(patient.Program);
        if (patient.Board.CLibrary is not { } text || !Version.TryParse(text, out Version? there))
            return needed is null ? Finding.Ok("C library", "not known; the program asks for no version of glibc") : Finding.Warn("C library", $"not known; the program needs glibc {needed}", "ldd --version");
        if (needed is null) return Finding.Ok("C library", $"glibc {text}; the program asks for no version");
        return there >= needed ? Finding.Ok("C library", $"glibc {text}; the program needs {needed}")
            : Finding.Fail("C library", $"glibc {text}; the program needs {needed}", "build the agent on this system or an older one: deploy/deb/build");
    }

    private static Version? Needed(string? program)
    {
        try
        {
            return program is not null && new FileInfo(program) is { Exists: true, Length: < MostProgramBytes } ? ElfVersions.NewestGlibc(File.ReadAllBytes(program)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Finding Governor(Board board) => board.Governor switch
    {
        null => Finding.Ok("governor", "not known: Linux does not set this machine's clock"),
        "performance" => Finding.Ok("governor", "performance"),
        { } other => Finding.Warn("governor", $"{other}: the first pictures after a pause take longer", "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"),
    };

    private static Finding Heat(BoardReading reading)
    {
        if (reading.Celsius is not { } celsius) return Finding.Ok("temperature", "not known: there is no sensor that Linux knows");
        string text = string.Create(CultureInfo.InvariantCulture, $"{celsius:F0} °C{(reading.Zone is { } zone ? $" ({zone})" : "")}");
        return celsius < HotCelsius ? Finding.Ok("temperature", text) : Finding.Warn("temperature", $"{text}: near to where boards slow down", "give it a heat sink, a fan or air");
    }

    private static Finding Throttle(ThrottleState state)
    {
        if (state.Now is { } now)
            return Finding.Fail("throttling", $"slowed down now: {now}", now.Contains("voltage", StringComparison.Ordinal) ? "use the board's own supply and a short, thick cable" : "cool the board, or give it a higher power mode");
        return state.Ever is { } ever ? Finding.Warn("throttling", $"none now; since it was started: {ever}", "see to cooling and supply, then start the board anew to clear this")
            : Finding.Ok("throttling", "none, as far as the machine tells");
    }

    private static IEnumerable<Finding> Memory(Patient patient)
    {
        var reader = new BoardReader(patient.Files, static () => null);
        if (reader.Memory("MemAvailable") is not { } available)
        {
            yield return Finding.Ok("memory", "not known");
            yield break;
        }
        string text = $"{Size(available)} available of {(patient.Board.MemoryBytes is { } all ? Size(all) : "an amount that is not known")}";
        yield return available >= LeastMemory ? Finding.Ok("memory", text) : Finding.Warn("memory", $"{text}: a model and its pictures may not fit", "systemctl list-units --type=service --state=running   # end what is not needed");
        long used = (reader.Memory("SwapTotal") ?? 0) - (reader.Memory("SwapFree") ?? 0);
        yield return used <= patient.Board.MemoryBytes / 8 || patient.Board.MemoryBytes is null ? Finding.Ok("swap", $"{Size(used)} in use")
            : Finding.Warn("swap", $"{Size(used)} in use: programs wait for the disk", "sudo swapoff -a   # after ending what takes the memory");
    }

    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
}
