using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// How much an error in a channel of a tensor weighs at the outputs of a graph: the energy that arrives there, to first order, for independent errors of energy 1
/// in all of the channel's elements together. Carried backwards from the outputs: a linear layer passes to input channel c the sum over its outputs o of
/// g[o]·Σ W[o,c]², rectifiers and functions pass what they get, sums pass it to every term.
/// </summary>
internal sealed class ErrorGain
{
    private const int LargestWeight = 4095;

    private readonly Dictionary<Value, double[]> _gains = [];

    private ErrorGain(Graph graph)
    {
        foreach (Value output in graph.Outputs) Add(output, [1]);
        for (int i = graph.Nodes.Count - 1; i >= 0; i--) Carry(graph.Nodes[i]);
    }

    /// <summary>Computes the gains of a graph with known shapes.</summary>
    public static ErrorGain Of(Graph graph) => new(graph);

    /// <summary>The gains of values as whole numbers of at least 1, on one scale: one a channel, or a single one where channels do not differ or are not known.</summary>
    public int[][] Weights(IReadOnlyList<Value> values)
    {
        double[][] gains = [.. values.Select(Of)];
        double largest = gains.SelectMany(static g => g).DefaultIfEmpty(0).Max();
        return [.. gains.Select(g => Array.ConvertAll(g, v => largest > 0 ? Math.Max(1, (int)Math.Round(v / largest * LargestWeight)) : 1))];
    }

    private double[] Of(Value value) => _gains.GetValueOrDefault(value, [0]);

    private void Carry(Node node)
    {
        if (node.Is("Split"))
        {
            CarrySplit(node);
            return;
        }
        double[] gain = Of(node.Outputs[0]);
        if (node.Is("Concat") && node.Attributes.Int("axis", 1) == 1 && gain.Length > 1)
        {
            int first = 0;
            foreach (Value? input in node.Inputs)
            {
                int channels = Channels(input!);
                Add(input!, gain[first..(first + channels)]);
                first += channels;
            }
            return;
        }
        if (LinearLayer.Of(node) is { } layer) Add(layer.Input, Through(layer, gain));
        else
        {
            double factor = Factor(node);
            double[] passed = Array.ConvertAll(KeepsChannels(node) ? gain : [gain.Average()], g => g * factor);
            foreach (Value? input in node.Inputs)
                if (input is { IsConstant: false }) Add(input, passed);
        }
    }

    private void CarrySplit(Node node)
    {
        bool channels = node.Attributes.Int("axis", 0) == 1;
        double[] gain = channels
            ? [.. node.Outputs.SelectMany(v => Of(v) is { Length: > 1 } g ? g : Enumerable.Repeat(Of(v)[0], Channels(v)))]
            : [node.Outputs.Average(v => Of(v).Average())];
        Add(node.Input(0), gain);
    }

    // The positions of the output read each element of the input as often as there are taps, strides apart.
    private static double[] Through(LinearLayer layer, double[] gain)
    {
        float[] weights = layer.Weights();
        var passed = new double[layer.Groups * layer.ChannelsPerGroup];
        double density = (double)layer.Positions * passed.Length / Math.Max(1, Tensor.ElementCount(layer.Input.Dims));
        for (int o = 0; o < layer.Outputs; o++)
        {
            int first = o / layer.OutputsPerGroup * layer.ChannelsPerGroup;
            double own = density * gain[gain.Length == layer.Outputs ? o : 0];
            for (int k = 0; k < layer.Columns; k++)
            {
                double w = weights[o * layer.Columns + k];
                passed[first + k / layer.Taps] += own * w * w;
            }
        }
        return passed;
    }

    private static double Factor(Node node)
    {
        if (!node.Is("GlobalAveragePool") && !node.Is("AveragePool")) return 1;
        double elements = Tensor.ElementCount(node.Input(0).Dims), results = Tensor.ElementCount(node.Outputs[0].Dims);
        int window = node.Is("AveragePool") ? (node.Attributes.Ints("kernel_shape") ?? [1]).Aggregate(1, static (a, b) => a * b) : (int)(elements / results);
        return results / elements / window;
    }

    private static bool KeepsChannels(Node node) =>
        QuantizableOperators.KindOf(node) is OperatorKind.Function or OperatorKind.Arithmetic or OperatorKind.Average || node.Is("MaxPool") || node.Is("Resize") || node.Is("Pad")
        || (node.Is("Flatten") && Channels(node.Outputs[0]) == Channels(node.Input(0)));

    private static int Channels(Value value) => value.Shape is { Length: > 1 } s ? s[1] : 1;

    private void Add(Value value, double[] gain)
    {
        int channels = Channels(value);
        if (gain.Length != channels) gain = [gain.Average()];
        if (!_gains.TryGetValue(value, out double[]? old)) _gains[value] = gain;
        else if (old.Length == gain.Length) _gains[value] = [.. old.Zip(gain, static (a, b) => a + b)];
        else _gains[value] = [.. (old.Length > gain.Length ? old : gain).Select(g => g + (old.Length > gain.Length ? gain : old)[0])];
    }
}
