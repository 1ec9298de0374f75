using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Quantization;

/// <summary>
/// Sequential bias correction (Nagel et al., "Data-Free Quantization", 2019, its empirical form): layer by layer in topological order, the mean difference of each
/// output channel between the float model and the quantized one goes into the bias. What lies before a layer runs on the integer engine, corrected already.
/// </summary>
internal sealed class BiasCorrection
{
    private readonly QuantizationRun _run;
    private readonly HeldPictures _pictures;
    private readonly List<Node[]> _levels;
    private readonly string[] _inputs;

    // By layer: the mean of every channel on every picture.
    private readonly Dictionary<string, double[]>[] _float;

    /// <summary>Measures the float model.</summary>
    public BiasCorrection(QuantizationRun run, HeldPictures pictures, List<Node[]> levels)
    {
        _run = run;
        _pictures = pictures;
        _levels = levels;
        _inputs = [.. run.Graph.Inputs.Select(static v => v.Name)];
        string[] values = [.. levels.SelectMany(static l => l).Select(static n => n.Output.Name)];
        _float = pictures.Map(run.Options.Threads, () => run.Options.ActivationSource(run.Graph), (source, picture) =>
        {
            var means = new Dictionary<string, double[]>(StringComparer.Ordinal);
            source.Run(picture, values, (name, data) => means[name] = ChannelMeans(data, run.Graph.Find(name)!.Dims[1]));
            return means;
        }, run.Cancel);
    }

    /// <summary>Layers in topological order; those of one entry do not depend on each other.</summary>
    public static List<Node[]> Levels(QuantizationPlan plan)
    {
        var depth = new Dictionary<Value, int>();
        var levels = new SortedDictionary<int, List<Node>>();
        HashSet<Node> weighted = [.. plan.WeightedNodes];
        foreach (Node node in plan.Graph.Nodes)
        {
            int own = node.Inputs.Max(v => v is null ? 0 : depth.GetValueOrDefault(v));
            if (weighted.Contains(node) && !node.Is("MatMul") && node.Output.Shape is { Length: 2 or 4 })
            {
                own++;
                if (!levels.TryGetValue(own, out List<Node>? level)) levels[own] = level = [];
                level.Add(node);
            }
            foreach (Value v in node.Outputs) depth[v] = own;
        }
        return [.. levels.Values.Select(static l => l.ToArray())];
    }

    /// <summary>Corrects every layer in turn.</summary>
    /// <returns>Number of channels that were corrected.</returns>
    public int Run()
    {
        int corrected = 0;
        for (int l = 0; l < _levels.Count; l++)
        {
            _run.Progress?.Report(new QuantizeProgress("bias-correction", l, _levels.Count));
            Dictionary<string, double[]>[] measured = Measure(_levels[l]);
            foreach (Node layer in _levels[l]) corrected += Correct(layer, measured);
        }
        return corrected;
    }

    private Dictionary<string, double[]>[] Measure(Node[] level)
    {
        Graph qdq = _run.Write();
        Dictionary<string, string> names = qdq.Nodes.ToDictionary(static n => n.Name, static n => n.Outputs[0].Name, StringComparer.Ordinal);
        PlanFile plan = IntegerEngine.Compile(qdq, level.Select(n => names[n.Name]));
        return _pictures.Map(_run.Options.Threads, () => new IntegerEngine(plan), (engine, picture) =>
        {
            engine.Run(picture, _inputs);
            return level.Select(static (n, i) => (n.Output, Index: i)).ToDictionary(static p => p.Output.Name, p => ChannelMeans(engine.Output(p.Index), p.Output.Dims[1]), StringComparer.Ordinal);
        }, _run.Cancel);
    }

    private int Correct(Node node, Dictionary<string, double[]>[] measured)
    {
        string name = node.Output.Name;
        QuantizedLayer layer = _run.Layers[node.Name];
        float[] bias = [.. layer.Bias ?? new float[measured[0][name].Length]];
        int corrected = 0;
        for (int c = 0; c < bias.Length; c++)
        {
            double shift = MeanError(name, c, measured, heldBack: false), judged = MeanError(name, c, measured, heldBack: true);
            // Σ(e - shift)² < Σe² over the pictures held back.
            if (!(2 * shift * judged > shift * shift)) continue;
            bias[c] += (float)shift;
            corrected++;
        }
        _run.Layers[node.Name] = layer with { Bias = bias };
        return corrected;
    }

    private double MeanError(string name, int channel, Dictionary<string, double[]>[] measured, bool heldBack)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < measured.Length; i++)
        {
            if (HeldPictures.IsHeldBack(i) != heldBack) continue;
            sum += _float[i][name][channel] - measured[i][name][channel];
            count++;
        }
        return sum / Math.Max(count, 1);
    }

    private static double[] ChannelMeans(ReadOnlySpan<float> data, int channels)
    {
        var means = new double[channels];
        int positions = data.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            double sum = 0;
            foreach (float v in data.Slice(c * positions, positions)) sum += v;
            means[c] = sum / positions;
        }
        return means;
    }
}
