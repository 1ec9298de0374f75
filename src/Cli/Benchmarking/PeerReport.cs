using System.Text;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>Latencies of one model in float and INT8 on EdgeKit and on ONNX Runtime, and the ratios of their medians.</summary>
internal sealed record PeerReport
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The machine.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>EdgeKit in float, EdgeKit in INT8, ONNX Runtime in float, ONNX Runtime in INT8.</summary>
    public required IReadOnlyList<BenchResult> Results { get; init; }

    /// <summary>EdgeKit over ONNX Runtime, both in float.</summary>
    public double Fp32OverPeerFp32 => Ratio(0, 2);

    /// <summary>EdgeKit in INT8 over ONNX Runtime in float.</summary>
    public double Int8OverPeerFp32 => Ratio(1, 2);

    /// <summary>EdgeKit over ONNX Runtime, both in INT8.</summary>
    public double Int8OverPeerInt8 => Ratio(1, 3);

    /// <summary>EdgeKit in INT8 over EdgeKit in float.</summary>
    public double Int8OverFp32 => Ratio(1, 0);

    /// <summary>The report as text.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Environment}\n\n{Units.End(Path.GetFileName(Results[0].Model), 60)}, {Results[0].Threads} thread(s)\n");
        var table = new TextTable("on", "type", "runs", "min ms", "p50", "p90", "p99", "max") { LeftColumns = 2 };
        foreach (BenchResult r in Results)
            table.Add(r.Backend, r.Precision, $"{r.Runs}", Units.Brief(r.MinMs), Units.Brief(r.P50Ms), Units.Brief(r.P90Ms), Units.Brief(r.P99Ms), Units.Brief(r.MaxMs));
        text.Append(table).Append('\n');
        var ratios = new TextTable("ratio of medians", "");
        ratios.Add("edgekit fp32 / onnxruntime fp32", Units.Invariant($"{Fp32OverPeerFp32:F2}"));
        ratios.Add("edgekit int8 / onnxruntime fp32", Units.Invariant($"{Int8OverPeerFp32:F2}"));
        ratios.Add("edgekit int8 / onnxruntime int8", Units.Invariant($"{Int8OverPeerInt8:F2}"));
        ratios.Add("edgekit int8 / edgekit fp32", Units.Invariant($"{Int8OverFp32:F2}"));
        return text.Append(ratios).ToString().TrimEnd();
    }

    private double Ratio(int a, int b) => Results[a].P50Ms / Results[b].P50Ms;
}
