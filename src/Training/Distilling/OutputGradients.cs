using EdgeKit.Onnx;
using EdgeKit.Training.Losses;

namespace EdgeKit.Training.Distilling;

/// <summary>Gradients of weights on pictures without labels, one set a picture: how much a model's own decisions depend on each weight.</summary>
public static class OutputGradients
{
    /// <summary>
    /// The gradients by the weights, by name, of the cross-entropy of each picture with a class drawn from the model's own probabilities, whose squares are the
    /// Fisher information (Theis et al., "Faster gaze prediction with dense networks and Fisher pruning", 2018). For outputs that are no logits, of their sum
    /// with random signs as a share of their length, whose squares are on average those of all outputs' derivatives (Hutchinson, 1990).
    /// </summary>
    /// <param name="graph">The float graph.</param>
    /// <param name="pictures">Inputs, NCHW of batch 1.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">An operator cannot be trained through.</exception>
    public static IEnumerable<IReadOnlyDictionary<string, float[]>> Of(Graph graph, IReadOnlyList<Tensor> pictures, CancellationToken cancel = default)
    {
        Graph cut = graph.WithOutputs(graph.Outputs.Select(static v => v.Producer is { } p && p.Is("Softmax") ? p.Input(0).Name : v.Name));
        var network = new TrainingNetwork(cut);
        for (int i = 0; i < pictures.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            CounterRandom random = CounterRandom.Of(1, i);
            network.ClearGradients();
            network.Forward(pictures[i], NetworkMode.Frozen);
            var slopes = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (string output in network.Outputs) slopes[output] = Slope(network.Read(output), ref random);
            network.Backward(slopes);
            yield return network.Parameters.ToDictionary(static p => p.Name, static p => (float[])p.Gradient.Clone(), StringComparer.Ordinal);
        }
    }

    private static Tensor Slope(Tensor values, ref CounterRandom random)
    {
        float[] slope = new float[values.Length];
        if (values.Rank >= 2 && values.Shape[1] == values.Length && values.Length > 1)
        {
            float[] target = new float[values.Length];
            target[Draw(values.AsSpan<float>(), ref random)] = 1;
            CrossEntropy.Evaluate(values.AsSpan<float>(), target, values.Length, slope);
        }
        else
        {
            double energy = 1e-12;
            foreach (float v in values.AsSpan<float>()) energy += (double)v * v;
            float length = (float)(1 / Math.Sqrt(energy));
            for (int i = 0; i < slope.Length; i++) slope[i] = random.NextSingle() < 0.5f ? -length : length;
        }
        return Tensor.Of(slope, values.Shape);
    }

    private static int Draw(ReadOnlySpan<float> logits, ref CounterRandom random)
    {
        double[] log = new double[logits.Length];
        SoftMax.Log(logits, 1, log);
        double rest = random.NextSingle();
        for (int c = 0; c < log.Length - 1; c++)
            if ((rest -= Math.Exp(log[c])) < 0) return c;
        return log.Length - 1;
    }
}
