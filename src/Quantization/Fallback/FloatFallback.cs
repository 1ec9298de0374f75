using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// Takes layers back to float until the model is as good as it must be. Layers are ranked on calibration pictures alone; the goal is only asked whether it
/// is reached.
/// </summary>
public sealed class FloatFallback
{
    /// <summary>Pictures that layers are ranked on, at most.</summary>
    public const int MostPictures = 64;

    // With more than half of the work in float, INT8 is no longer what the model needs.
    private const double MostFloatMacs = 0.5;

    // What undoes less than this part of the change in the outputs is not worth an island of float.
    private const double LeastGain = 0.005;

    private readonly QuantizedModel _model;
    private readonly double _maxDrop;
    private readonly Func<QuantizeResult, double> _measure;
    private readonly Dictionary<string, long> _macs;
    private readonly double _allMacs;
    private readonly List<FallbackResult> _checked = [];

    private FloatFallback(QuantizedModel model, double maxDrop, Func<QuantizeResult, double> measure)
    {
        _model = model;
        _maxDrop = maxDrop;
        _measure = measure;
        _macs = ModelSummary.Of(model.Float).Layers.ToDictionary(static l => l.Node.Name, static l => l.Macs, StringComparer.Ordinal);
        _allMacs = Math.Max(1, _macs.Values.Sum());
    }

    /// <summary>Finds the fewest layers, taken in the order of gain for their cost, with which the goal is met.</summary>
    /// <param name="model">The calibrated model.</param>
    /// <param name="pictures">Calibration pictures to rank layers on, [1,3,H,W]; asked for only where INT8 alone misses the goal.</param>
    /// <param name="maxDrop">The goal, in percentage points.</param>
    /// <param name="measure">What a model loses, in percentage points.</param>
    /// <param name="progress">Told the share of the ranking that is done, 0 to 1.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The model that meets the goal; the one that loses least where none does.</returns>
    public static FallbackResult Search(QuantizedModel model, Func<IReadOnlyList<Tensor>> pictures, double maxDrop, Func<QuantizeResult, double> measure,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var search = new FloatFallback(model, maxDrop, measure);
        if (search.Check([]).Met) return search.Best();
        search.Run(new Sensitivity(model, pictures()), progress, cancel);
        return search.Best();
    }

    // Doubles the number of groups until the goal is met, then halves the interval: a check is a run over all verification pictures.
    private void Run(Sensitivity sensitivity, IProgress<double>? progress, CancellationToken cancel)
    {
        using IEnumerator<RevertedGroup> useful = Useful(sensitivity, progress, cancel).GetEnumerator();
        var taken = new List<RevertedGroup>();
        int missed = 0;
        for (int count = 1; ; count *= 2)
        {
            while (taken.Count < count && useful.MoveNext()) taken.Add(useful.Current);
            if (taken.Count == missed) return;
            if (Check(taken).Met) break;
            missed = taken.Count;
        }
        for (int met = taken.Count; met - missed > 1;)
        {
            cancel.ThrowIfCancellationRequested();
            int middle = (met + missed) / 2;
            if (Check(taken[..middle]).Met) met = middle;
            else missed = middle;
        }
    }

    /// <summary>What still helps beside what was taken before, in the order of the ranking, until half of the work is in float.</summary>
    private IEnumerable<RevertedGroup> Useful(Sensitivity sensitivity, IProgress<double>? progress, CancellationToken cancel)
    {
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        double loss = sensitivity.Int8Loss;
        foreach (RevertedGroup next in sensitivity.Rank(progress, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            HashSet<string> wider = [.. nodes, .. next.Group.Nodes];
            if (wider.Count == nodes.Count || Share(wider) > MostFloatMacs) continue;
            double left = sensitivity.LossWith(wider);
            if (loss - left < LeastGain * sensitivity.Int8Loss) continue;
            (nodes, loss) = (wider, left);
            yield return next;
        }
    }

    private FallbackResult Best() => (_checked.Where(static c => c.Met).MinBy(static c => c.Reverted.Count) ?? _checked.MinBy(static c => c.Drop)!) with { Checks = _checked.Count };

    private FallbackResult Check(IReadOnlyList<RevertedGroup> reverted)
    {
        HashSet<string> nodes = [.. reverted.SelectMany(static r => r.Group.Nodes)];
        QuantizeResult result = _model.Write(nodes);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RevertedGroup r in reverted)
            foreach (string node in r.Group.Nodes) reasons.TryAdd(node, $"fell back to float with {r.Group.Kind} '{r.Group.Name}': that alone undoes {100 * r.GainShare:F0} % of the change in the outputs");
        result = result with { FloatOperators = [.. result.FloatOperators.Select(f => reasons.TryGetValue(f.Node, out string? reason) ? f with { Reason = reason } : f)] };
        double drop = _measure(result);
        _checked.Add(new FallbackResult(result, drop, drop <= _maxDrop, _checked.Count == 0 ? drop : _checked[0].Drop, [.. reverted], Share(nodes), 0));
        return _checked[^1];
    }

    private double Share(IEnumerable<string> nodes) => nodes.Distinct(StringComparer.Ordinal).Sum(n => _macs[n]) / _allMacs;
}
