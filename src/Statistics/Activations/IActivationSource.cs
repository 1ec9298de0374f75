using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Receives the elements of one activation; the span is valid only during the call.</summary>
/// <param name="value">Name of the value in the graph.</param>
/// <param name="data">Its elements as ONNX lays them out.</param>
public delegate void ActivationVisitor(string value, ReadOnlySpan<float> data);

/// <summary>A float forward pass whose intermediate values can be looked at. Used by one thread at a time.</summary>
public interface IActivationSource
{
    /// <summary>Runs the graph once and shows each of <paramref name="values"/> to <paramref name="visit"/>, in any order.</summary>
    /// <param name="feeds">The graph's inputs by name, float32 NCHW.</param>
    /// <param name="values">Names of the values to show; graph inputs are allowed.</param>
    /// <param name="visit">Called once for each name.</param>
    void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string> values, ActivationVisitor visit);
}
