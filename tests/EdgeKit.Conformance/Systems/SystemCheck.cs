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

/// <summary>What was seen of one system, built small.</summary>
/// <param name="Input">Shape of the first input at full size.</param>
/// <param name="FloatError">The largest difference between the float plan and ONNX Runtime, in parts of an output's range.</param>
/// <param name="Int8Error">The same between the INT8 plan and ONNX Runtime on the same QDQ file.</param>
/// <param name="Cosine">The least cosine between INT8 and float outputs.</param>
/// <param name="FloatOperators">What stays in float.</param>
/// <param name="Removed">Channel groups that the master test of pruning removed.</param>
/// <param name="Groups">All channel groups.</param>
internal sealed record SystemResult(int[] Input, double FloatError, double Int8Error, double Cosine, IReadOnlyList<FloatOperator> FloatOperators, int Removed, IReadOnlyList<ChannelGroup> Groups);

/// <summary>Builds one system small and runs it every way.</summary>
internal static class SystemCheck
{
    private const int CalibrationInputs = 3;

    public static SystemResult Of(SystemRow row)
    {
        Graph graph = Zoo.Uncalibrated(row.Network, row.Small);
        Condition(graph);
        Graph normal = graph.Clone();
        Declutter.Run(normal);
        ShapeInference.Run(normal);
        Dictionary<string, Tensor> feeds = Inputs(graph, seed: 100);
        float[][] floats = Run(normal, feeds);
        double floatError = Distance(OrtOracle.Run(graph, feeds), floats);

        // The ranges as they are seen: choosing them by the error after the next layer is what takes the time, and is tested elsewhere.
        var options = new QuantizeOptions { Method = CalibrationMethod.MinMax, Threads = 1 };
        QuantizeResult quantized = Quantizer.Calibrate(normal, [.. Enumerable.Range(0, CalibrationInputs).Select(i => Inputs(graph, i))], options).Write();
        float[][] codes = Run(quantized.Qdq, feeds);
        double int8Error = Distance(OrtOracle.Run(quantized.Qdq, feeds), codes);
        double cosine = codes.Zip(floats).Min(static p => Cosine(p.First, p.Second));

        int removed = PruningOracle.CheckRandom(graph, seed: 3, share: 0.3);
        return new SystemResult(Zoo.Outline(row.Network).Inputs[0].Dims, floatError, int8Error, cosine, quantized.FloatOperators, removed, ChannelIdentities.Of(graph).Groups);
    }

    /// <summary>
    /// Gives every batch normalisation of random weights the mean square of what it reads, the same for all channels but for some noise. The statistics of each
    /// channel, which <see cref="Zoo.Create"/> sets, take away what the inputs have in common and enlarge the rest from layer to layer, rounding with it: nothing
    /// could be told from the outputs of deep networks.
    /// </summary>
    private static void Condition(Graph graph)
    {
        var random = new Random(17);
        Dictionary<string, Tensor> inputs = Inputs(graph, seed: 50);
        BatchNormCalibration.Walk(graph, graph.Inputs.ToDictionary(static v => v, v => new[] { inputs[v.Name] }), (norm, maps) =>
        {
            double square = maps[0].ToDoubles().Average(static x => x * x);
            for (int i = 1; i <= 4; i++) Graph.SetConstant(norm.Input(i), PerChannel(norm.Input(i).Dims[0], i == 4 ? square : i == 3 ? Math.Sqrt(square) : 1, i is 1 or 4));
        });

        // Gamma and variance near one times the scale, beta and mean near zero.
        Tensor PerChannel(int channels, double scale, bool positive) =>
            Tensor.Of([.. Enumerable.Range(0, channels).Select(_ => (float)(scale * (positive ? 0.8 + 0.4 * random.NextDouble() : 0.2 * random.NextDouble() - 0.1)))], channels);
    }

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

    private static double Distance(Tensor[] expected, float[][] actual) => expected.Zip(actual).Max(static p =>
    {
        float[] want = p.First.ToFloats();
        return want.Zip(p.Second, static (e, a) => Math.Abs((double)e - a)).Max() / (want.Max() - want.Min());
    });

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
