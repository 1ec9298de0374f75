using System.Globalization;

namespace EdgeKit.Arm64.Tool;

/// <summary>What ONNX Runtime takes for one inference.</summary>
internal sealed record PeerResult(string Name, string Model, string Precision, string Cpu, long Instructions)
{
    /// <summary>Reads what peer.c printed and the plugin counted: the first run, which chooses and plans, does not count.</summary>
    public static PeerResult Of(string model, string precision, string cpu, string prefix)
    {
        string version = File.ReadLines(prefix + ".out").Where(static l => l.StartsWith("version ", StringComparison.Ordinal)).Select(static l => l[8..]).FirstOrDefault("");
        long[] runs = File.Exists(prefix + ".counts") ? [.. File.ReadLines(prefix + ".counts").Select(static l => long.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture))] : [];
        return new PeerResult($"ONNX Runtime {version}", model, precision, cpu, runs.Length > 1 ? (long)runs[1..].Average() : 0);
    }
}
