using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Networks;
using EdgeKit.Pruning.Identities;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;

namespace EdgeKit.Conformance.Systems;

/// <summary>What was seen of one system.</summary>
internal sealed record SystemResult(double FloatError, double Cosine, IReadOnlyList<FloatOperator> FloatOperators, int QuantizedOperators, int Removed, IReadOnlyList<ChannelGroup> Groups);

/// <summary>Builds one system small and runs it every way.</summary>
internal static class SystemCheck
{
    private const int CalibrationInputs = 3;

    public static SystemResult Of(SystemRow row)
    {
        double t0 = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds; Phases = "";
        void Mark(string w) { double t = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds; Phases += $" {w} {t - t0:f0}"; t0 = t; }
        Graph graph = Zoo.Create(row.Network, row.Small);
        Mark("build");
        Graph normal = graph.Clone();
        Declutter.Run(normal);
        ShapeInference.Run(normal);
        Mark("declutter");
        Dictionary<string, Tensor> feeds = Inputs(graph, seed: 100);
        float[][] floats = Run(normal, feeds);
        Mark("float");
        double error = OrtOracle.Run(graph, feeds).Zip(floats).Max(static p => Distance(p.First.ToFloats(), p.Second));

        Mark("ort");
        QuantizeResult quantized = Quantizer.Calibrate(normal, [.. Enumerable.Range(0, CalibrationInputs).Select(i => Inputs(graph, i))], new QuantizeOptions { Threads = 1 }).Write();
        Mark("quantize");
        float[][] ints = Run(quantized.Qdq, feeds);
        double qdq = OrtOracle.Run(quantized.Qdq, feeds).Zip(ints).Max(static p => Distance(p.First.ToFloats(), p.Second)); Phases += $" QDQERR {qdq:e1} ";
        Mark("qdq");
        double cosine = Run(quantized.Qdq, feeds).Zip(floats).Min(static p => Cosine(p.First, p.Second));

        int removed = PruningOracle.CheckRandom(graph, seed: 3, share: 0.3);
        Mark("prune");
        return new SystemResult(error, cosine, quantized.FloatOperators, quantized.QuantizedOperators, removed, ChannelIdentities.Of(graph).Groups);
    }

    public static string Phases = "";
    /// <summary>Pictures where a map is asked for, else normally distributed numbers.</summary>
    private static Dictionary<string, Tensor> Inputs(Graph graph, int seed) => graph.Inputs.ToDictionary(static v => v.Name,
        v => v.Dims is [1, _, > 1, > 1] map ? SmoothPictures.Make(1, map, new Random(seed))[0] : PruningOracle.Feeds(graph, seed)[v.Name]);

    private static float[][] Run(Graph graph, Dictionary<string, Tensor> feeds)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), graph.Name), new SessionOptions { Threads = 1 });
        for (int i = 0; i < graph.Inputs.Count; i++) session.SetInput(i, feeds[graph.Inputs[i].Name].AsSpan<float>());
        session.Run();
        return [.. Enumerable.Range(0, session.Outputs.Count).Select(session.GetOutput)];
    }

    /// <summary>The largest difference, in parts of the range.</summary>
    private static double Distance(float[] expected, float[] actual)
    {
        double range = expected.Max() - expected.Min();
        return expected.Zip(actual, static (e, a) => Math.Abs((double)e - a)).Max() / range;
    }

    private static double Cosine(float[] a, float[] b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }
        return dot / Math.Sqrt(aa * bb);
    }
}
