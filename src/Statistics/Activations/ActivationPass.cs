using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Runs a float graph with one input over pictures, one after the other, and shows some of its values.</summary>
public static class ActivationPass
{
    /// <summary>Receives an activation.</summary>
    /// <param name="picture">Number of the picture, from 0.</param>
    /// <param name="value">Name of the value.</param>
    /// <param name="data">Its elements as ONNX lays them out; valid only during the call.</param>
    public delegate void Visitor(int picture, string value, float[] data);

    /// <summary>Shows <paramref name="values"/> for every picture, in the pictures' order. Returns the number of pictures.</summary>
    /// <param name="graph">The float graph.</param>
    /// <param name="values">Names of computed values or of the input.</param>
    /// <param name="pictures">Inputs, NCHW with batch 1.</param>
    /// <param name="visit">Called once for each value and picture.</param>
    /// <param name="pictureDone">Called after each picture.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">The graph has several inputs, there is no picture, or an activation is not finite.</exception>
    public static int Run(Graph graph, IReadOnlyCollection<string> values, IEnumerable<Tensor> pictures, Visitor visit, Action? pictureDone = null, CancellationToken cancel = default)
    {
        if (graph.Inputs.Count != 1) throw new ModelException($"the model has {graph.Inputs.Count} inputs; pictures go into models with one");
        IActivationSource source = RuntimeActivationSource.Create(graph, Environment.ProcessorCount);
        using var disposable = source as IDisposable;
        string input = graph.Inputs[0].Name;
        int count = 0;
        foreach (Tensor picture in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            var feeds = new Dictionary<string, Tensor> { [input] = picture };
            source.Run(feeds, values, (name, data) =>
            {
                if (!FiniteNumbers.IsFinite(data)) throw FiniteNumbers.Error(graph, feeds, name, $"picture {count + 1}");
                visit(count, name, data.ToArray());
            });
            count++;
            pictureDone?.Invoke();
        }
        return count > 0 ? count : throw new ModelException("there is no picture to measure activations on");
    }
}
