using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Cli.Drawing;

/// <summary>A box of a graph's picture: an input, an output, or a node with those behind it that change single values only.</summary>
/// <param name="Layers">The nodes, none for inputs and outputs.</param>
/// <param name="Value">What comes out of it.</param>
internal sealed record GraphBox(List<LayerSummary> Layers, Value Value)
{
    /// <summary>Row of the picture, from 0 at the top.</summary>
    public int Rank { get; set; }

    /// <summary>Middle of the box, in widths of boxes.</summary>
    public double X { get; set; }

    /// <summary>The value in words for inputs and outputs: "input" or "output".</summary>
    public string? End { get; init; }
}

/// <summary>A line from a box to one farther down: its middle in each rank between them, in widths of boxes.</summary>
internal sealed record GraphLine(GraphBox From, GraphBox To, double[] Between);

/// <summary>
/// Places the boxes of a graph in ranks from top to bottom, each under what it reads (Sugiyama et al., 1981, in its simplest form): a box stands under the middle of its
/// parents where there is room, and lines that pass a rank go by on the right of what stands there.
/// </summary>
internal sealed class GraphLayout
{
    // In widths of boxes.
    private const double Distance = 1.15, LineDistance = 0.12, BesideBox = 0.62;

    private readonly List<GraphBox> _boxes = [];
    private readonly List<(GraphBox From, GraphBox To)> _edges = [];

    public GraphLayout(Graph graph, IReadOnlyList<LayerSummary> layers)
    {
        Collect(graph, layers);
        foreach (GraphBox box in _boxes)
        {
            foreach ((GraphBox from, GraphBox to) in _edges)
                if (to == box) box.Rank = Math.Max(box.Rank, from.Rank + 1);
        }
        Ranks = _boxes.Max(static b => b.Rank) + 1;
        Lines = Place();
        double left = Math.Min(_boxes.Min(static b => b.X), Lines.SelectMany(static l => l.Between).DefaultIfEmpty(0).Min());
        foreach (GraphBox box in _boxes) box.X -= left;
        foreach (GraphLine line in Lines)
            for (int i = 0; i < line.Between.Length; i++) line.Between[i] -= left;
        Width = Math.Max(_boxes.Max(static b => b.X), Lines.SelectMany(static l => l.Between).DefaultIfEmpty(0).Max());
    }

    /// <summary>The boxes, each after those it reads.</summary>
    public IReadOnlyList<GraphBox> Boxes => _boxes;

    /// <summary>The lines between them.</summary>
    public IReadOnlyList<GraphLine> Lines { get; }

    /// <summary>Number of ranks.</summary>
    public int Ranks { get; }

    /// <summary>The farthest middle on the right; the farthest on the left is 0.</summary>
    public double Width { get; }

    private void Collect(Graph graph, IReadOnlyList<LayerSummary> layers)
    {
        var boxOf = new Dictionary<Value, GraphBox>();
        foreach (Value input in graph.Inputs)
        {
            var box = new GraphBox([], input) { End = "input" };
            _boxes.Add(box);
            boxOf[input] = box;
        }
        foreach (LayerSummary layer in layers)
        {
            Value[] read = [.. layer.Node.Inputs.OfType<Value>().Where(v => boxOf.ContainsKey(v)).Distinct()];
            bool joins = read is [var only] && IsTrailing(layer.Node) && boxOf[only].Layers is [.., var last] && last.Node.Outputs.Contains(only) && only.Consumers.Count == 1 && !graph.IsOutput(only);
            GraphBox box = joins ? boxOf[read[0]] : new GraphBox([], layer.Node.Outputs[0]);
            box.Layers.Add(layer);
            foreach (Value output in layer.Node.Outputs) boxOf[output] = box;
            if (joins) continue;
            _boxes.Add(box);
            foreach (GraphBox from in read.Select(v => boxOf[v]).Distinct()) _edges.Add((from, box));
        }
        foreach (Value output in graph.Outputs)
        {
            if (!boxOf.TryGetValue(output, out GraphBox? from)) continue;
            var box = new GraphBox([], output) { End = "output" };
            _boxes.Add(box);
            _edges.Add((from, box));
        }
    }

    /// <summary>Whether a node can be told in the box of the one before it.</summary>
    private static bool IsTrailing(Node node) =>
        PointwiseFunctions.Find(node) is { IsActivation: true }
        || node.OpType is "BatchNormalization" or "Clip" or "PRelu" or "Identity" or "Dropout" or "Cast" or "QuantizeLinear" or "DequantizeLinear";

    private List<GraphLine> Place()
    {
        ILookup<GraphBox, GraphBox> parents = _edges.ToLookup(static e => e.To, static e => e.From);
        var lines = _edges.Select(static e => new GraphLine(e.From, e.To, new double[Math.Max(0, e.To.Rank - e.From.Rank - 1)])).ToList();
        for (int rank = 0; rank < Ranks; rank++)
        {
            GraphBox[] row = [.. _boxes.Where(b => b.Rank == rank)];
            double[] wishes = [.. row.Select(b => parents[b].Select(static p => p.X).DefaultIfEmpty(0).Average())];
            Spread(row, wishes);
            List<double> taken = [.. row.Select(static b => b.X)];
            foreach (GraphLine line in lines.Where(l => l.From.Rank < rank && l.To.Rank > rank).OrderBy(static l => l.To.Rank))
            {
                int step = rank - line.From.Rank - 1;
                double x = step == 0 ? line.From.X : line.Between[step - 1];
                line.Between[step] = Free(x, row, taken);
                taken.Add(line.Between[step]);
            }
        }
        return lines;
    }

    /// <summary>Boxes of a rank where they wish to stand, moved apart about their common middle where they would overlap.</summary>
    private static void Spread(GraphBox[] row, double[] wishes)
    {
        int[] order = [.. Enumerable.Range(0, row.Length).OrderBy(i => wishes[i])];
        double[] at = new double[row.Length];
        double last = double.NegativeInfinity;
        foreach (int i in order) last = at[i] = Math.Max(wishes[i], last + Distance);
        double back = row.Length == 0 ? 0 : Enumerable.Range(0, row.Length).Average(i => at[i] - wishes[i]);
        for (int i = 0; i < row.Length; i++) row[i].X = at[i] - back;
    }

    /// <summary>The nearest place from <paramref name="x"/> to the right where a line passes no box and no other line.</summary>
    private static double Free(double x, GraphBox[] row, List<double> taken)
    {
        for (bool moved = true; moved;)
        {
            moved = false;
            foreach (double other in taken)
            {
                double clear = row.Any(b => b.X == other) ? BesideBox : LineDistance;
                if (Math.Abs(x - other) >= clear - 1e-9) continue;
                x = other + clear;
                moved = true;
            }
        }
        return x;
    }
}
