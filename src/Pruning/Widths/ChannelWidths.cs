using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Widths;

/// <summary>
/// The widths of all tensors as atoms go, and what they must keep: a layer's output its minimum and, in <see cref="PruneOptions.Multiple"/>s, its
/// alignment; every other tensor at least one channel.
/// </summary>
internal sealed class ChannelWidths
{
    private readonly int _multiple;
    private readonly List<Width> _widths = [];
    private readonly Dictionary<string, int> _indices = [];
    private readonly List<(int Width, int Count)>[] _ofGroup;

    /// <summary>The widths of a graph before anything is removed.</summary>
    public ChannelWidths(ChannelIdentities identities, PruneOptions options)
    {
        _multiple = options.Multiple;
        _ofGroup = new List<(int, int)>[identities.Groups.Count];
        for (int g = 0; g < _ofGroup.Length; g++) _ofGroup[g] = [];

        HashSet<Value> layerOutputs = [.. identities.WeightAxes.Where(static w => w.IsWeights && w.Role == ChannelRole.Producer).Select(static w => w.Node.Output)];
        // Tensors with the same channels in the same order are one width; a layer's output stands for those that follow it.
        foreach (var same in identities.Vectors.GroupBy(static v => Key(v.Value.Groups)))
        {
            int[] groups = same.First().Value.Groups;
            bool layer = same.Any(v => layerOutputs.Contains(v.Key));
            int least = layer ? Math.Max(Math.Min(groups.Length, options.Multiple), (int)Math.Ceiling(groups.Length * (1 - options.MaxLayerRatio))) : 1;
            Add(same.Key, groups, Math.Max(least, 1), layer);
        }
        foreach (WeightAxis axis in identities.WeightAxes)
            if (!_indices.ContainsKey(Key(axis.Channels))) Add(Key(axis.Channels), axis.Channels, 1, isLayer: false);
    }

    /// <summary>Number of the width that tensors or weights with these channels have.</summary>
    public int IndexOf(int[] channels) => _indices[Key(channels)];

    /// <summary>Channels that a width keeps.</summary>
    public int Kept(int width) => _widths[width].Kept;

    /// <summary>Atoms with the same key take equally many channels from the same layers.</summary>
    public string LayersOf(ChannelAtom atom) => string.Join(' ', Changes([atom])
        .Where(c => _widths[c.Key].IsLayer).OrderBy(static c => c.Key).Select(static c => $"{c.Key}:{c.Value}"));

    /// <summary>
    /// How many of the given atoms, in order, are the least that can go now: each width keeps its minimum and all layers stay or become aligned. Where
    /// layers of odd widths can't be aligned together, only those that are aligned count. 0 if none can go.
    /// </summary>
    /// <param name="atoms">The atoms, in order.</param>
    /// <param name="after">So many go in any case.</param>
    public int Chunk(ReadOnlySpan<ChannelAtom> atoms, int after = 0)
    {
        int fallback = 0;
        for (int n = after + 1; n <= Math.Min(after + _multiple, atoms.Length); n++)
        {
            Dictionary<int, int> changes = Changes(atoms[..n].ToArray());
            if (changes.Any(c => _widths[c.Key].Kept - c.Value < _widths[c.Key].Least)) break;
            var layers = changes.Where(c => _widths[c.Key].IsLayer).ToArray();
            if (layers.All(c => (_widths[c.Key].Kept - c.Value) % _multiple == 0)) return n;
            if (fallback == 0 && layers.All(c => c.Value % _multiple == 0 || _widths[c.Key].Kept % _multiple != 0)) fallback = n;
        }
        return fallback;
    }

    /// <summary>Removes atoms.</summary>
    public void Remove(IEnumerable<ChannelAtom> atoms)
    {
        foreach ((int width, int count) in Changes(atoms)) _widths[width].Kept -= count;
    }

    /// <summary>For each width that atoms change, how many channels it would lose.</summary>
    public Dictionary<int, int> Changes(IEnumerable<ChannelAtom> atoms)
    {
        var changes = new Dictionary<int, int>();
        foreach ((int width, int count) in atoms.SelectMany(static a => a.Groups).SelectMany(g => _ofGroup[g]))
            changes[width] = changes.GetValueOrDefault(width) + count;
        return changes;
    }

    private void Add(string key, int[] groups, int least, bool isLayer)
    {
        foreach (IGrouping<int, int> g in groups.GroupBy(static g => g)) _ofGroup[g.Key].Add((_widths.Count, g.Count()));
        _indices.Add(key, _widths.Count);
        _widths.Add(new Width(groups.Length, least, isLayer));
    }

    private static string Key(int[] channels) => string.Join(',', channels);

    private sealed class Width(int channels, int least, bool isLayer)
    {
        public int Kept { get; set; } = channels;

        public int Least { get; } = least;

        public bool IsLayer { get; } = isLayer;
    }
}
