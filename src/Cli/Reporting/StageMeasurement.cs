using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Reporting;

/// <summary>Size, latency and accuracy of a model before, after pruning and in INT8.</summary>
internal static class StageMeasurement
{
    private static readonly BenchLength Length = new(Runs: null, Seconds: 1, PerLayer: false);

    /// <summary>Measures the latencies interleaved, one thread, and accuracy on all pictures.</summary>
    public static IReadOnlyList<Stage> Run(CompressionPageRequest request, Terminal terminal)
    {
        OnnxModel lean = request.Pruned ?? request.Original;
        // Files made from the original have fixed shapes and carry their preprocessing.
        RunRequest derived = new() { Config = request.Run.Config };
        var candidates = new List<(string Name, string Path, RunRequest Run, Graph Graph)> { ("original", request.Original.Path, request.Run, request.Original.Graph) };
        if (request.Pruned is not null) candidates.Add(("pruned", lean.Path, derived, lean.Graph));
        candidates.Add(("int8", request.Int8Path, derived, lean.Graph));

        BenchReport bench = Benchmark.Run([.. candidates.Select(c => (Func<(RunnableModel, RunRequest)>)(() => (RunnableModel.Load(c.Path, RunnableModel.EdgeKitBackend, c.Run), c.Run)))], Length, terminal);
        Stage[] stages = [.. candidates.Zip(bench.Results, static (c, b) => Unverified(c.Name, c.Path, c.Graph, b))];
        using RunnableModel original = RunnableModel.Load(request.Original.Path, RunnableModel.EdgeKitBackend, request.Run);
        for (int i = 1; i < stages.Length; i++)
        {
            using RunnableModel model = RunnableModel.Load(candidates[i].Path, RunnableModel.EdgeKitBackend, candidates[i].Run);
            ComparisonReport c = Comparison.Run(model, original, request.Pictures, terminal);
            stages[0] = stages[0] with { Top1 = c.Top1Reference, Ci95 = c.Ci95Reference };
            stages[i] = stages[i] with { Top1 = c.Top1, Ci95 = c.Ci95, Agreement = c.Agreement, SqnrDb = c.Outputs.Min(static o => o.SqnrDb), Cosine = c.Outputs.Min(static o => o.Cosine), Paired = c.Paired, Outputs = c.Outputs };
        }
        return stages;
    }

    private static Stage Unverified(string name, string path, Graph graph, BenchResult bench)
    {
        ModelSummary summary = ModelSummary.Of(graph);
        return new Stage
        {
            Name = name,
            File = path,
            FileBytes = bench.FileBytes,
            Parameters = summary.Parameters,
            Macs = summary.Macs,
            EdgekitMs = bench.P50Ms,
            MemoryBytes = bench.MemoryBytes,
        };
    }
}
