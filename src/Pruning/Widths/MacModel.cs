using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Widths;

/// <summary>
/// Multiply-accumulates of a graph as channels go. A layer's are proportional to the weights it keeps: the product over its weights' channel axes
/// of the kept share.
/// </summary>
internal sealed class MacModel
{
    private readonly int[] _kept;
    private readonly int[] _width;
    private readonly int[][] _axesOfGroup;
    private readonly (double Macs, int[] Axes)[] _layers;
    private readonly int[] _layerOfAxis;
    private readonly double _constant;

    /// <summary>A model of the whole graph.</summary>
    public MacModel(ChannelIdentities identities, ModelSummary summary)
    {
        WeightAxis[] axes = [.. identities.WeightAxes.Where(static w => w.IsWeights)];
        _width = [.. axes.Select(static w => w.Channels.Length)];
        _kept = [.. _width];
        var ofGroup = new List<int>[identities.Groups.Count];
        for (int g = 0; g < ofGroup.Length; g++) ofGroup[g] = [];
        for (int a = 0; a < axes.Length; a++)
            foreach (int g in axes[a].Channels) ofGroup[g].Add(a);
        _axesOfGroup = [.. ofGroup.Select(static l => l.ToArray())];

        var macs = summary.Layers.ToDictionary(static l => l.Node, static l => (double)l.Macs);
        _layers = [.. Enumerable.Range(0, axes.Length).GroupBy(a => axes[a].Node).Select(g => (macs[g.Key], g.ToArray()))];
        _layerOfAxis = new int[axes.Length];
        for (int l = 0; l < _layers.Length; l++)
            foreach (int a in _layers[l].Axes) _layerOfAxis[a] = l;
        _constant = summary.Macs - _layers.Sum(static l => l.Macs);
    }

    /// <summary>Multiply-accumulates of what is kept now.</summary>
    public double Macs => _constant + _layers.Sum(MacsOf);

    /// <summary>How many would go with these groups.</summary>
    public double Saving(IEnumerable<int> groups)
    {
        int[] axes = [.. groups.SelectMany(g => _axesOfGroup[g])];
        int[] layers = [.. axes.Select(a => _layerOfAxis[a]).Distinct()];
        double before = layers.Sum(l => MacsOf(_layers[l]));
        foreach (int a in axes) _kept[a]--;
        double after = layers.Sum(l => MacsOf(_layers[l]));
        foreach (int a in axes) _kept[a]++;
        return before - after;
    }

    /// <summary>Removes groups.</summary>
    public void Remove(IEnumerable<int> groups)
    {
        foreach (int a in groups.SelectMany(g => _axesOfGroup[g])) _kept[a]--;
    }

    private double MacsOf((double Macs, int[] Axes) layer)
    {
        double macs = layer.Macs;
        foreach (int a in layer.Axes) macs *= (double)_kept[a] / _width[a];
        return macs;
    }
}
