using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Statistics;

/// <summary>
/// How far a changed model's outputs are from the float model's on some pictures, summed over outputs: for class scores the Kullback-Leibler divergence of their softmax in
/// nats, the mean over pictures; for other outputs the power of the error over that of the signal, of all pictures together, since some may show nothing. What a last Concat joins
/// counts as outputs of their own: an objectness that is 0 nearly everywhere would not be seen beside the scores of 80 classes.
/// </summary>
public sealed class OutputLoss
{
    private readonly IReadOnlyList<Tensor> _pictures;
    private readonly float[][][] _expected;
    private readonly bool[] _isScores;
    private readonly Piece[][] _pieces;
    private readonly double[][] _signals;

    /// <summary>Runs the float model.</summary>
    /// <param name="floatGraph">The float model, of one input.</param>
    /// <param name="pictures">Inputs of it.</param>
    public OutputLoss(Graph floatGraph, IReadOnlyList<Tensor> pictures)
    {
        _pictures = pictures;
        _isScores = [.. floatGraph.Outputs.Select(static o => o.Shape is [1, > 1, ..] s && s.AsSpan(2).IndexOfAnyExcept(1) < 0)];
        _pieces = [.. floatGraph.Outputs.Select(Pieces)];
        _expected = Run(floatGraph);
        _signals = [.. _pieces.Select((pieces, o) => Array.ConvertAll(pieces, piece => _expected.Sum(outputs => Power(outputs[o], [], piece))))];
    }

    /// <summary>The loss of a model with the same inputs and outputs.</summary>
    /// <exception cref="ModelException">The runtime does not take the model.</exception>
    public double Of(Graph graph) => Of(Run(graph));

    /// <summary>The loss of a model that differs only behind where a pass over the same pictures has come.</summary>
    /// <param name="graph">The whole model.</param>
    /// <param name="pass">A pass through the float model.</param>
    public double Of(Graph graph, SegmentedPass pass)
    {
        string[] outputs = [.. graph.Outputs.Select(static o => o.Name)], computed = [.. outputs.Except(pass.Kept[0].Keys)];
        using var source = new RuntimeActivationSource(graph.Between(pass.Kept[0].Keys, computed));
        var actual = new float[_pictures.Count][][];
        for (int i = 0; i < actual.Length; i++)
        {
            IReadOnlyDictionary<string, Tensor> kept = pass.Kept[i];
            var values = outputs.Where(kept.ContainsKey).ToDictionary(static o => o, o => kept[o].ToFloats());
            if (computed.Length > 0) source.Run(kept, computed, (name, data) => values[name] = data.ToArray());
            actual[i] = Array.ConvertAll(outputs, o => values[o]);
        }
        return Of(actual);
    }

    private double Of(float[][][] actual)
    {
        double sum = 0;
        for (int o = 0; o < _pieces.Length; o++)
        {
            int output = o;
            sum += _isScores[o]
                ? actual.Select((outputs, i) => Divergence(_expected[i][output], outputs[output])).Average()
                : _pieces[o].Select((piece, k) => actual.Select((outputs, i) => Power(_expected[i][output], outputs[output], piece)).Sum() / Math.Max(_signals[output][k], 1e-12)).Sum();
        }
        return sum;
    }

    /// <summary>Divergence of two sets of class scores, which are logits, or probabilities already.</summary>
    public static double Divergence(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double[] p = LogProbabilities(expected), q = LogProbabilities(actual);
        double sum = 0;
        for (int i = 0; i < p.Length; i++) sum += Math.Exp(p[i]) * (p[i] - q[i]);
        return Math.Max(sum, 0);
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> scores)
    {
        var logs = new double[scores.Length];
        double total = 0, largest = double.NegativeInfinity;
        bool positive = true;
        foreach (float s in scores)
        {
            total += s;
            largest = Math.Max(largest, s);
            positive &= s >= 0;
        }
        if (positive && Math.Abs(total - 1) < 1e-3)
        {
            // A probability of exactly 0 is one that was rounded away.
            for (int i = 0; i < logs.Length; i++) logs[i] = Math.Log(Math.Max(scores[i], 1e-7));
            return logs;
        }
        double exponentials = 0;
        foreach (float s in scores) exponentials += Math.Exp(s - largest);
        double shift = largest + Math.Log(exponentials);
        for (int i = 0; i < logs.Length; i++) logs[i] = scores[i] - shift;
        return logs;
    }

    // Elements first, first + 1, … of each block of an output.
    private readonly record struct Piece(int First, int Count, int Block);

    private static Piece[] Pieces(Value output)
    {
        int[] dims = output.Dims;
        if (output.Producer is not { } join || !join.Is("Concat")) return [new Piece(0, Tensor.ElementCount(dims), Tensor.ElementCount(dims))];
        int axis = join.Attributes.Int("axis", 0) is var a && a < 0 ? a + dims.Length : a, inner = Tensor.ElementCount(dims.AsSpan(axis + 1).ToArray()), first = 0;
        var pieces = new List<Piece>();
        foreach (Value? part in join.Inputs)
        {
            int count = part!.Dims[axis] * inner;
            pieces.Add(new Piece(first, count, dims[axis] * inner));
            first += count;
        }
        return [.. pieces];
    }

    /// <summary>Sum of the squared differences in a piece; of the squares without <paramref name="others"/>.</summary>
    private static double Power(ReadOnlySpan<float> values, ReadOnlySpan<float> others, Piece piece)
    {
        double sum = 0;
        for (int block = piece.First; block < values.Length; block += piece.Block)
        {
            for (int i = block; i < block + piece.Count; i++)
            {
                double d = values[i] - (double)(others.IsEmpty ? 0 : others[i]);
                sum += d * d;
            }
        }
        return sum;
    }

    private float[][][] Run(Graph graph)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), graph.Name), new SessionOptions { Threads = 1 });
        var outputs = new float[_pictures.Count][][];
        for (int i = 0; i < outputs.Length; i++)
        {
            session.SetInput(0, _pictures[i].AsSpan<float>());
            session.Run();
            outputs[i] = [.. Enumerable.Range(0, graph.Outputs.Count).Select(session.GetOutput)];
        }
        return outputs;
    }
}
