using System.Diagnostics;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Compressing;

/// <summary>Times whole models on this machine, on one thread, in INT8 with ranges of noise or in float.</summary>
internal static class HostLatency
{
    private const int NoisePictures = 2, LeastTurns = 15, MostTurns = 400;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>Milliseconds of each graph: the first decile of runs in turns, about what an undisturbed run takes.</summary>
    public static double[] Measure(IReadOnlyList<Graph> graphs, bool int8, CancellationToken cancellation)
    {
        Session[] sessions = [.. graphs.Select(g => Open(int8 ? Quantized(g) : g))];
        try
        {
            var times = sessions.Select(static _ => new List<double>()).ToArray();
            long start = Stopwatch.GetTimestamp();
            for (int turn = 0; turn < MostTurns && (turn < LeastTurns || Stopwatch.GetElapsedTime(start) < Length * sessions.Length); turn++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int i = 0; i < sessions.Length; i++)
                {
                    // The other model has taken the caches.
                    sessions[i].Run();
                    long from = Stopwatch.GetTimestamp();
                    sessions[i].Run();
                    times[i].Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                }
            }
            return [.. times.Select(static t => new Latencies(t).Percentile(10))];
        }
        finally
        {
            foreach (Session session in sessions) session.Dispose();
        }
    }

    /// <summary>Measures the layers of a model, and scales their times to that of the whole.</summary>
    public static TargetProfile Profile(Graph graph, bool int8, Terminal terminal)
    {
        using var progress = new Progress(terminal, "measuring layers");
        TargetProfile layers = HostMeasurement.Of(graph, int8, progress, terminal.Cancel);
        return layers.Scaled(Measure([graph], int8, terminal.Cancel)[0] / layers.TimeOf(graph));
    }

    private static Session Open(Graph graph) => Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), graph.Name), new SessionOptions { Threads = 1 });

    private static Graph Quantized(Graph graph)
    {
        int[] shape = graph.Inputs[0].Dims;
        var random = new Random(1);
        Tensor[] noise = [.. Enumerable.Range(0, NoisePictures).Select(_ => Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(_ => random.NextSingle() * 4 - 2)], shape))];
        return Quantizer.Quantize(graph, noise, new QuantizeOptions { Method = CalibrationMethod.MinMax }).Qdq;
    }
}
