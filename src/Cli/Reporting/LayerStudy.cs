using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Reporting;

/// <summary>Compares the INT8 network with the float network tensor by tensor over pictures, one at a time.</summary>
internal sealed class LayerStudy : IDisposable
{
    private readonly NetworkPair _networks;
    private readonly Preprocessing _preprocessing;
    private readonly string _model;
    private readonly TensorStatistics[] _statistics;
    private readonly float[]?[] _factors;

    private LayerStudy(NetworkPair networks, Preprocessing preprocessing, string model)
    {
        _networks = networks;
        _preprocessing = preprocessing;
        _model = model;
        _statistics = [.. networks.Pairs.Select(static p => new TensorStatistics(p.Range))];
        _factors = new float[]?[networks.Pairs.Count];
    }

    /// <summary>Compares on all pictures.</summary>
    /// <param name="reference">The float model that the INT8 model was made from.</param>
    /// <param name="int8">The INT8 plan, which this call closes.</param>
    /// <param name="scales">By how much the INT8 model's channels are scaled, where that is known; fitted elsewhere.</param>
    /// <param name="pictures">At least one picture.</param>
    /// <param name="calibration">Pictures for the distributions; null to take <paramref name="pictures"/>.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    /// <returns>The tensors in the order they are computed, and how many of the INT8 network's could not be compared.</returns>
    /// <exception cref="CliException">The networks do not belong together, or a tensor holds a number that is not finite.</exception>
    public static (TensorFacts[] Tensors, int LeftOut) Run(OnnxModel reference, Session int8, IReadOnlyDictionary<string, float[]> scales, IReadOnlyList<ImageItem> pictures, IReadOnlyList<ImageItem>? calibration, Terminal terminal)
    {
        using var study = new LayerStudy(NetworkPair.Create(reference, int8), reference.RequirePreprocessing(), reference.Path);
        if (scales.Count > 0) study.SetScales(scales);
        else study.FitScales(pictures);
        using (var progress = new Progress(terminal, "comparing layers", pictures.Count))
        {
            for (int i = 0; i < pictures.Count; i++)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                study.Add(pictures[i], withDistribution: calibration is null);
                progress.Report(i + 1);
            }
        }
        if (calibration is not null) study.AddDistributions(calibration, terminal);
        return ([.. study._networks.Pairs.Select(study.Describe)], study._networks.LeftOut);
    }

    /// <inheritdoc/>
    public void Dispose() => _networks.Dispose();

    private void SetScales(IReadOnlyDictionary<string, float[]> scales)
    {
        for (int i = 0; i < _factors.Length; i++)
        {
            TensorPair pair = _networks.Pairs[i];
            if (scales.TryGetValue(pair.Name, out float[]? factors) && factors.Length == pair.Channels) _factors[i] = [.. factors.Select(static f => 1 / f)];
        }
    }

    private void FitScales(IEnumerable<ImageItem> pictures)
    {
        ChannelScales[] scales = [.. _networks.Pairs.Select(static p => new ChannelScales(p.Channels))];
        foreach (ImageItem picture in pictures)
        {
            _networks.Run(PictureReader.Read(picture, _preprocessing));
            Parallel.For(0, scales.Length, i => scales[i].Add(_networks.Reference[i], _networks.Actual[i], _networks.Pairs[i].Inner));
        }
        for (int i = 0; i < scales.Length; i++) _factors[i] = scales[i].Factors();
    }

    private void Add(ImageItem picture, bool withDistribution)
    {
        _networks.Run(PictureReader.Read(picture, _preprocessing));
        Rescale();
        // Each runs on the one INT8 session, so these stay in turn; the sums that follow do not touch it.
        float[]?[] own = [.. Enumerable.Range(0, _statistics.Length).Select(_networks.RunAlone)];
        ForEachTensor(picture, i =>
        {
            float[] reference = _networks.Reference[i];
            if (withDistribution) _statistics[i].AddToDistribution(reference);
            _statistics[i].Add(reference, _networks.Actual[i]);
            if (own[i] is { } alone) _statistics[i].AddOwn(reference, alone);
        });
    }

    private void AddDistributions(IReadOnlyList<ImageItem> pictures, Terminal terminal)
    {
        using var progress = new Progress(terminal, "distributions", pictures.Count);
        for (int i = 0; i < pictures.Count; i++)
        {
            terminal.Cancel.ThrowIfCancellationRequested();
            _networks.RunReference(PictureReader.Read(pictures[i], _preprocessing));
            Rescale();
            ForEachTensor(pictures[i], t => _statistics[t].AddToDistribution(_networks.Reference[t]));
            progress.Report(i + 1);
        }
    }

    private void ForEachTensor(ImageItem picture, Action<int> add)
    {
        try
        {
            Parallel.For(0, _statistics.Length, add);
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is ArgumentException)
        {
            throw CliException.Failure($"{_model}: a layer's result on {picture.Name} is infinite or not a number; a model that overflows cannot be judged");
        }
    }

    private void Rescale()
    {
        for (int i = 0; i < _factors.Length; i++)
        {
            if (_factors[i] is not { } factors) continue;
            float[] values = _networks.Reference[i];
            int inner = _networks.Pairs[i].Inner;
            for (int k = 0; k < values.Length; k++) values[k] /= factors[k / inner % factors.Length];
        }
    }

    private TensorFacts Describe(TensorPair pair, int i)
    {
        TensorStatistics s = _statistics[i];
        (double low, double high) = s.Observed;
        return new TensorFacts
        {
            Name = pair.Name,
            Operator = pair.Operator,
            Shape = pair.Info.LogicalDims,
            Type = pair.Info.Type == PlanType.Int8 ? "int8" : "fp32",
            SqnrDb = s.SqnrDb,
            OwnSqnrDb = s.OwnSqnrDb,
            Observed = [low, high],
            Range = s.Range,
            ClippedLow = s.ClippedLow,
            ClippedHigh = s.ClippedHigh,
            Rescaled = _factors[i] is not null,
            Distribution = s.Distribution(),
        };
    }
}
