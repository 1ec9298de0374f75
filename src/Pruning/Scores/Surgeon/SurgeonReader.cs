using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Scores;

/// <summary>A layer that reads channels, with what it takes to do without some of them.</summary>
internal sealed class SurgeonReader
{
    // Of the diagonal. What a matrix of few samples says of many columns is mostly chance: it counts for less.
    private const double Damping = 0.01, DampingByShortage = 0.1;

    private readonly LinearLayer _layer;
    private readonly GramMatrix[] _moments;
    private readonly Dictionary<int, (int Part, int[] Columns)[]> _columns;

    /// <summary>Begins with all channels there.</summary>
    /// <param name="axis">The columns of the layer's weights.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="moments">Second moments of what it reads, one a group of the layer.</param>
    public SurgeonReader(WeightAxis axis, LinearLayer layer, GramMatrix[] moments)
    {
        (_layer, _moments) = (layer, moments);
        int size = axis.Channels.Length / layer.Groups, taps = layer.Columns / size;
        _columns = axis.Channels.Select((group, k) => (Group: group, Part: k / size, First: k % size * taps))
            .GroupBy(static c => c.Group)
            .ToDictionary(static g => g.Key, g => g.GroupBy(static c => c.Part).Select(p => (p.Key, p.SelectMany(c => Enumerable.Range(c.First, taps)).ToArray())).ToArray());
        Parts = [.. Enumerable.Range(0, layer.Groups).Select(Part)];
        Scale = 1 / Math.Max(Enumerable.Range(0, layer.Groups).Sum(Variance), double.Epsilon);
    }

    /// <summary>The layer.</summary>
    public Node Node => _layer.Node;

    /// <summary>One matrix product a group of the layer.</summary>
    public LayerSurgeon[] Parts { get; }

    /// <summary>What a squared error of the layer's outputs costs; at first the reciprocal of their variance.</summary>
    public double Scale { get; set; }

    /// <summary>The channel groups that are read.</summary>
    public IEnumerable<int> Groups => _columns.Keys;

    /// <summary>Whether a channel group is read.</summary>
    public bool Reads(int group) => _columns.ContainsKey(group);

    /// <summary>The columns of channel groups, by matrix product.</summary>
    public IEnumerable<(int Part, int[] Columns)> Columns(int[] groups) =>
        groups.SelectMany(g => _columns.GetValueOrDefault(g) ?? []).GroupBy(static c => c.Part).Select(static p => (p.Key, p.SelectMany(static c => c.Columns).ToArray()));

    /// <summary>A copy of the graph in which the layer alone has the weights of <paramref name="parts"/>, its bias making up for means.</summary>
    public Graph With(LayerSurgeon[] parts)
    {
        Graph copy = Node.Graph.Clone();
        LinearLayer layer = LinearLayer.Of(copy.Nodes.First(n => n.Name == Node.Name))!;
        float[] weights = layer.Weights(), bias = layer.Bias();
        for (int o = 0; o < layer.Outputs; o++)
        {
            (int part, int row) = Math.DivRem(o, layer.OutputsPerGroup);
            for (int c = 0; c < layer.Columns; c++)
            {
                double w = parts[part].Weight(row, c);
                bias[o] += (float)((weights[o * layer.Columns + c] - w) * _moments[part].Mean(c));
                weights[o * layer.Columns + c] = (float)w;
            }
        }
        layer.SetWeights(weights);
        if (!layer.Node.Is("MatMul")) layer.SetBias(bias);
        return copy;
    }

    private LayerSurgeon Part(int group)
    {
        GramMatrix moments = _moments[group];
        // A bias takes what is constant.
        SquareMatrix matrix = _layer.Node.Is("MatMul") ? moments.ToMatrix() : moments.ToCentredMatrix();
        double least = 1e-6 * matrix.MeanDiagonal / moments.Samples + 1e-30, damping = 1 + Damping + DampingByShortage * moments.Columns / moments.Samples;
        for (int i = 0; i < matrix.Size; i++)
        {
            Span<double> row = matrix.Row(i);
            for (int j = 0; j < row.Length; j++) row[j] /= moments.Samples;
            row[i] = row[i] * damping + least;
        }
        return new LayerSurgeon(_layer.Weights().AsSpan(group * _layer.OutputsPerGroup * _layer.Columns), _layer.OutputsPerGroup, matrix);
    }

    private double Variance(int group)
    {
        SquareMatrix covariance = _moments[group].ToCentredMatrix();
        float[] weights = _layer.Weights();
        double sum = 0;
        double[] row = new double[_layer.Columns];
        for (int o = 0; o < _layer.OutputsPerGroup; o++)
        {
            for (int c = 0; c < row.Length; c++) row[c] = weights[(group * _layer.OutputsPerGroup + o) * row.Length + c];
            for (int c = 0; c < row.Length; c++)
                if (row[c] != 0) sum += row[c] * Dot.Product(covariance.Row(c), row);
        }
        return sum / _moments[group].Samples;
    }
}
