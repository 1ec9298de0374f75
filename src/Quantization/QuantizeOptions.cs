using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>What <see cref="Quantizer"/> can be told.</summary>
public sealed record QuantizeOptions
{
    /// <summary>How ranges of activations are chosen. Tensors after which no layer with weights follows take <see cref="CalibrationMethod.MinMax"/>.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Auto;

    /// <summary>For <see cref="CalibrationMethod.Percentile"/>: percent of the elements that a range keeps on either side, such as 99.9, 99.99 or 99.999.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>How activations are stored.</summary>
    public ActivationScheme Activations { get; init; } = ActivationScheme.Asymmetric;

    /// <summary>How many scales the weights of a layer have.</summary>
    public WeightGranularity Weights { get; init; } = WeightGranularity.PerChannel;

    /// <summary>
    /// Ranges that are given, by the name of the value in the normalised graph: of graph inputs they are known from the preprocessing. Others are measured.
    /// A value's range holds for all that share its scale.
    /// </summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; init; } = new Dictionary<string, ValueRange>();

    /// <summary>Names of passes to leave out; see <see cref="Quantizer.Passes"/>.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Names of nodes to leave in float.</summary>
    public IReadOnlySet<string> KeepFloat { get; init; } = new HashSet<string>();

    /// <summary>Calibration images that are run at the same time. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What runs the float graph on the calibration images; called once a thread.</summary>
    public Func<Graph, IActivationSource> ActivationSource { get; init; } = RuntimeActivationSource.Create;
}
