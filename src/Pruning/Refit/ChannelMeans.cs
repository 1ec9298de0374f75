using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Pruning.Refit;

/// <summary>Means of activations along axis 1, over all positions and pictures, measured on the float runtime.</summary>
internal static class ChannelMeans
{
    /// <summary>The mean of each channel of each named value.</summary>
    /// <param name="graph">The graph, which has one input of batch 1.</param>
    /// <param name="values">Names of values of rank 2 or more.</param>
    /// <param name="pictures">Inputs, NCHW; at least one.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Dictionary<string, double[]> Of(Graph graph, IReadOnlyList<string> values, IEnumerable<Tensor> pictures, CancellationToken cancellation)
    {
        string[] computed = [.. values.Where(v => graph.Find(v)!.Producer is not null)];
        var means = values.ToDictionary(static v => v, v => new double[graph.Find(v)!.Dims[1]], StringComparer.Ordinal);
        using Session? session = computed.Length == 0 ? null : Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph.WithOutputs(computed)), graph.Name));
        int count = 0;
        foreach (Tensor picture in pictures)
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
            if (means.TryGetValue(graph.Inputs[0].Name, out double[]? input)) Add(picture.AsSpan<float>(), input);
            if (session is null) continue;
            session.SetInput(0, picture.AsSpan<float>());
            session.Run();
            for (int i = 0; i < computed.Length; i++) Add(session.GetOutput(i), means[computed[i]]);
        }
        if (count == 0) throw new ModelException("there is no picture to measure activations on");
        foreach (double[] mean in means.Values)
        {
            for (int c = 0; c < mean.Length; c++) mean[c] /= count;
        }
        return means;
    }

    private static void Add(ReadOnlySpan<float> data, double[] means)
    {
        int positions = data.Length / means.Length;
        for (int c = 0; c < means.Length; c++)
        {
            double sum = 0;
            foreach (float v in data.Slice(c * positions, positions)) sum += v;
            means[c] += sum / positions;
        }
    }
}
