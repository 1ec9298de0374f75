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

    // A layer's time is that of its fastest run: other programs disturb the rest, at times for long, so that all layers are measured several times over.
    private const int Rounds = 3, LeastRuns = 5, MostRuns = 200;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(1.5);

    /// <summary>Measures a graph's layers.</summary>
    /// <param name="graph">A float graph whose shapes are known.</param>
    /// <param name="int8">Whether to time layers in INT8.</param>
    /// <param name="progress">Receives the share of the layers that are done.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static TargetProfile Of(Graph graph, bool int8, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        LayerShape[] shapes = [.. graph.Nodes.Select(n => LayerShape.Of(n, int8)).OfType<LayerShape>().SelectMany(Grid).Distinct()];
        double[] times = new double[shapes.Length];
        Array.Fill(times, double.PositiveInfinity);
        for (int k = 0; k < Rounds * shapes.Length; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            int i = k % shapes.Length;
            times[i] = Math.Min(times[i], Time(shapes[i]));
            progress?.Report((k + 1.0) / (Rounds * shapes.Length));
        }
        MeasuredLayer[] layers = [.. shapes.Zip(times, static (shape, ms) => new MeasuredLayer(shape, ms))];
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
        return Enumerable.Range(0, times.Runs).Min(run => own.Sum(op => times.Of(run, op)));
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
