using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>How much groups of layers have to do with what INT8 changes in the outputs, on some calibration pictures; before biases are corrected.</summary>
internal sealed class Sensitivity
{
    private readonly QuantizedModel _model;
    private readonly OutputLoss _loss;

    public Sensitivity(QuantizedModel model, IReadOnlyList<Tensor> pictures)
    {
        _model = model;
        _loss = new OutputLoss(model.Float, pictures);
        Int8Loss = LossWith(new HashSet<string>());
    }

    /// <summary>The loss (<see cref="OutputLoss"/>) with everything in INT8.</summary>
    public double Int8Loss { get; }

    /// <summary>The loss with some nodes in float.</summary>
    public double LossWith(IReadOnlySet<string> nodes) => _loss.Of(_model.WriteUncorrected(nodes));

    /// <summary>The groups whose return to float, alone, brings the outputs nearer to the float model's; best gain for the cost first.</summary>
    /// <param name="progress">Told the share of the groups that is done, 0 to 1.</param>
    /// <param name="cancel">Ends the work early.</param>
    public IReadOnlyList<RevertedGroup> Rank(IProgress<double>? progress, CancellationToken cancel)
    {
        IReadOnlyList<LayerGroup> groups = LayerGroups.Of(_model.Plan);
        var gains = new double[groups.Count];
        int done = 0;
        Parallel.For(0, groups.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            gains[i] = Int8Loss - LossWith(groups[i].Nodes.ToHashSet(StringComparer.Ordinal));
            progress?.Report((double)Interlocked.Increment(ref done) / groups.Count);
        });
        return
        [
            .. Enumerable.Range(0, groups.Count)
                .Where(i => gains[i] > 0)
                .OrderByDescending(i => gains[i] / Math.Max(groups[i].Cost, 1))
                .Select(i => new RevertedGroup(groups[i], gains[i], gains[i] / Int8Loss)),
        ];
    }
}
