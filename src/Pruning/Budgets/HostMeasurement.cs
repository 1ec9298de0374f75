using System.Diagnostics;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Times the layers of a graph on this machine, each as a plan of its own on one thread, at a grid of widths.</summary>
public static class HostMeasurement
{
    /// <summary>Widths are measured at so many equal parts of a layer's own, in whole panels of channels.</summary>
    private const int Parts = 4, Panel = 8;

    // A layer's time is that of its fastest quarter of runs: other programs disturb the rest.
    private const int LeastRuns = 12, MostRuns = 400, Fastest = 4;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(4);

    /// <summary>Measures a graph's layers.</summary>
    /// <param name="graph">A float graph whose shapes are known.</param>
    /// <param name="int8">Whether to time layers in INT8.</param>
    /// <param name="progress">Receives the share of the layers that are done.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static TargetProfile Of(Graph graph, bool int8, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        LayerShape[] shapes = [.. graph.Nodes.Select(n => LayerShape.Of(n, int8)).OfType<LayerShape>().SelectMany(Grid).Distinct()];
        var layers = new MeasuredLayer[shapes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            layers[i] = new MeasuredLayer(shapes[i], Time(shapes[i]));
            progress?.Report((i + 1.0) / shapes.Length);
        }
        return new TargetProfile("host", [], 0, layers, int8);
    }

    /// <summary>Milliseconds of one layer on one thread.</summary>
    public static double Time(LayerShape shape)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(SingleLayer.Create(shape)), "layer"), new SessionOptions { Threads = 1 });
        // Quantization of the plan's input and output is not the layer's.
        int[] own = [.. Enumerable.Range(0, session.OperatorCount).Where(i => session.Operator(i).Kind is not (OperatorKind.Quantize or OperatorKind.Dequantize))];
        session.Run();
        session.StartProfiling(MostRuns);
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < MostRuns && (run < LeastRuns || Stopwatch.GetElapsedTime(start) < Length); run++) session.Run();
        OperatorTimes times = session.StopProfiling();
        double[] sorted = [.. Enumerable.Range(0, times.Runs).Select(run => own.Sum(op => times.Of(run, op))).Order()];
        return sorted.Take(Math.Max(1, sorted.Length / Fastest)).Average();
    }

    private static IEnumerable<LayerShape> Grid(LayerShape shape)
    {
        if (LayerTable.IsSquare(shape)) return Widths(shape.Outputs).Select(w => shape.At(w, w));
        // Groups must divide both widths: such layers are measured as they are.
        if (shape.Groups > 1) return [shape];
        return Widths(shape.Inputs).SelectMany(i => Widths(shape.Outputs).Select(o => shape.At(i, o)));
    }

    private static IEnumerable<int> Widths(int width) => width < 2 * Panel
        ? [width]
        : Enumerable.Range(1, Parts).Select(p => p == Parts ? width : Math.Min(width, (width * p / Parts + Panel - 1) / Panel * Panel)).Distinct();
}
