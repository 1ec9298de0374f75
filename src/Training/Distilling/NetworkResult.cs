using EdgeKit.Onnx;

namespace EdgeKit.Training.Distilling;

/// <summary>What a network learned, taken over into a graph that has its constants.</summary>
public static class NetworkResult
{
    /// <summary>Sets the constants that are the network's parameters and statistics, by name.</summary>
    public static void WriteTo(this TrainingNetwork network, Graph graph)
    {
        IEnumerable<(string Name, Tensor Tensor)> learned = network.Parameters.Select(static p => (p.Name, p.Value)).Concat(network.Statistics.Select(static s => (s.Key, s.Value)));
        foreach ((string name, Tensor tensor) in learned)
        {
            if (graph.Find(name) is { IsConstant: true } constant) Graph.SetConstant(constant, Tensor.Of(tensor.ToFloats(), tensor.Shape));
        }
    }
}
