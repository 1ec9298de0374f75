using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>
/// Runs a float graph over pictures in steps, from front to back, so that later steps need not compute again what earlier ones did: what crosses the graph at some node is kept for all
/// pictures, where it takes no more than a given memory. Weights of nodes that a step has not reached may change between steps.
/// </summary>
public sealed class SegmentedPass
{
    private readonly Graph _graph;
    private readonly int _pictures;
    private readonly long _mostBytes;
    private readonly Dictionary<Node, int> _positions;
    private readonly Dictionary<string, Tensor>[] _kept;

    /// <summary>Starts at the input.</summary>
    /// <param name="graph">The float graph, of one input.</param>
    /// <param name="pictures">Inputs, NCHW with batch 1.</param>
    /// <param name="mostBytes">The most that may be kept between two steps.</param>
    /// <exception cref="ModelException">The graph has several inputs.</exception>
    public SegmentedPass(Graph graph, IReadOnlyCollection<Tensor> pictures, long mostBytes)
    {
        if (graph.Inputs.Count != 1) throw new ModelException($"the model has {graph.Inputs.Count} inputs; pictures go into models with one");
        _graph = graph;
        _pictures = pictures.Count;
        _mostBytes = mostBytes;
        _positions = graph.Nodes.Select(static (n, i) => (n, i)).ToDictionary(static p => p.n, static p => p.i);
        _kept = [.. pictures.Select(p => new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = p })];
    }

    /// <summary>The next step, which shows values. Picture by picture; when all are done, the step after it begins where this one ends, if that can be kept.</summary>
    /// <param name="end">What is computed before this node is what can be kept; nodes before it must not change any more.</param>
    /// <param name="values">Names of the values to show.</param>
    public Step To(Node end, IReadOnlyCollection<string> values) => new(this, end, values);

    /// <summary>What the next step begins with, by picture.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Kept => _kept;

    /// <summary>A step that shows nothing: the next one begins before a node, if what crosses there can be kept.</summary>
    public void MoveTo(Node end)
    {
        if (Crossing(_positions[end]).Length == 0) return;
        using Step step = To(end, []);
        for (int p = 0; p < _pictures; p++) step.Run(p, static (_, _) => { });
    }

    /// <summary>One step.</summary>
    public sealed class Step : IDisposable
    {
        private readonly SegmentedPass _pass;
        private readonly string[] _shown;
        private readonly string[] _crossing;
        private readonly string[] _computed;
        private readonly IActivationSource _source;
        private readonly string[] _inputs;
        private readonly Graph _part;

        internal Step(SegmentedPass pass, Node end, IReadOnlyCollection<string> values)
        {
            _pass = pass;
            _shown = [.. values];
            _crossing = pass.Crossing(pass._positions[end]);
            Dictionary<string, Tensor> kept = pass._kept[0];
            _computed = [.. _shown.Union(_crossing).Where(v => !kept.ContainsKey(v))];
            _part = pass._graph.Between(kept.Keys, _computed);
            _inputs = [.. _part.Inputs.Select(static v => v.Name)];
            _source = RuntimeActivationSource.Create(_part);
        }

        /// <summary>Shows the values of a picture.</summary>
        /// <param name="picture">Number of the picture; each once.</param>
        /// <param name="visit">Called once for each value.</param>
        /// <exception cref="ModelException">A value is not finite.</exception>
        public void Run(int picture, ActivationVisitor visit)
        {
            Dictionary<string, Tensor> kept = _pass._kept[picture], next = [];
            foreach (string name in _shown.Union(_crossing).Where(kept.ContainsKey))
            {
                if (_crossing.Contains(name)) next[name] = kept[name];
                Show(name, kept[name].AsSpan<float>());
            }
            if (_computed.Length > 0)
            {
                _source.Run(_inputs.ToDictionary(static n => n, n => kept[n]), _computed, (name, data) =>
                {
                    if (_crossing.Contains(name)) next[name] = Tensor.Of(data.ToArray(), _pass._graph.Find(name)!.Dims);
                    Show(name, data);
                });
            }
            if (_crossing.Length > 0) _pass._kept[picture] = next;

            void Show(string name, ReadOnlySpan<float> data)
            {
                if (!_shown.Contains(name)) return;
                if (!FiniteNumbers.IsFinite(data)) throw FiniteNumbers.Error(_part, _inputs.ToDictionary(static n => n, n => kept[n]), name, $"picture {picture + 1}");
                visit(name, data);
            }
        }

        /// <inheritdoc/>
        public void Dispose() => (_source as IDisposable)?.Dispose();
    }

    // What is computed before a position and read behind it; none where that can't be kept.
    private string[] Crossing(int position)
    {
        Value[] values = [.. _graph.Values.Where(v => !v.IsConstant && (v.Producer is null || _positions[v.Producer] < position) && (_graph.IsOutput(v) || v.Consumers.Any(c => _positions[c] >= position)))];
        bool keeps = values.All(static v => v.Type == ElementType.Float && v.Dims.Length is 2 or 4) && values.Sum(v => 4L * Tensor.ElementCount(v.Dims)) * _pictures <= _mostBytes;
        return keeps ? [.. values.Select(static v => v.Name)] : [];
    }
}
