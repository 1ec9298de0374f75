using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>
/// A layer with constant weights seen as a matrix product: every output position reads a column vector of its input, of which each group of the layer
/// has its own. Conv with two spatial dimensions, of any number of groups, Gemm and MatMul.
/// </summary>
public sealed class LinearLayer
{
    private readonly LayerWindow? _window;
    private readonly bool _inputMajor;

    private LinearLayer(Node node, int groups, int outputs, int channels, LayerWindow? window, bool inputMajor)
    {
        Node = node;
        Groups = groups;
        OutputsPerGroup = outputs / groups;
        ChannelsPerGroup = channels / groups;
        _window = window;
        _inputMajor = inputMajor;
    }

    /// <summary>The layer.</summary>
    public Node Node { get; }

    /// <summary>What it reads.</summary>
    public Value Input => Node.Input(0);

    /// <summary>Number of groups; 1 but for grouped convolutions.</summary>
    public int Groups { get; }

    /// <summary>Outputs of a group.</summary>
    public int OutputsPerGroup { get; }

    /// <summary>Outputs of all groups.</summary>
    public int Outputs => Groups * OutputsPerGroup;

    /// <summary>Input channels that a group reads.</summary>
    public int ChannelsPerGroup { get; }

    /// <summary>Positions of the kernel; 1 for matrices.</summary>
    public int Taps => _window?.Taps ?? 1;

    /// <summary>Length of a group's column vector: channel-major, tap-minor.</summary>
    public int Columns => ChannelsPerGroup * Taps;

    /// <summary>Output positions of one inference.</summary>
    public int Positions => _window?.Positions ?? Tensor.ElementCount(Input.Dims) / ChannelsPerGroup;

    /// <summary>Whether each group reads one channel.</summary>
    public bool IsDepthwise => Groups > 1 && ChannelsPerGroup == 1;

    /// <summary>The node as a linear layer, or null where it is none or its weights are computed.</summary>
    /// <param name="node">A node of a graph with known shapes and explicit attributes, as shape inference leaves it.</param>
    public static LinearLayer? Of(Node node)
    {
        if (node.ConstantInput(1) is not { Type: ElementType.Float } weights || node.Optional(2) is { IsConstant: false }) return null;
        if (node.Is("Conv") && weights.Rank == 4)
        {
            int groups = node.Attributes.Int("group", 1);
            return new LinearLayer(node, groups, weights.Shape[0], weights.Shape[1] * groups, new LayerWindow(node), inputMajor: false);
        }
        if (weights.Rank != 2) return null;
        if (node.Is("MatMul")) return new LinearLayer(node, 1, weights.Shape[1], weights.Shape[0], window: null, inputMajor: true);
        bool plain = node.Is("Gemm") && node.Attributes.Int("transA", 0) == 0 && node.Attributes.Float("alpha", 1) == 1 && node.Attributes.Float("beta", 1) == 1;
        if (!plain) return null;
        bool transposed = node.Attributes.Int("transB", 0) != 0;
        (int outputs, int channels) = transposed ? (weights.Shape[0], weights.Shape[1]) : (weights.Shape[1], weights.Shape[0]);
        if (node.ConstantInput(2) is { } bias && bias.Length != outputs) return null;
        return new LinearLayer(node, 1, outputs, channels, window: null, inputMajor: !transposed);
    }

    /// <summary>The weights, [outputs, columns] row-major.</summary>
    public float[] Weights()
    {
        float[] stored = Node.ConstantInput(1)!.ToFloats();
        return _inputMajor ? Transpose(stored, Columns, Outputs) : stored;
    }

    /// <summary>Gives the layer other weights, [outputs, columns] row-major; other readers of the constant keep theirs.</summary>
    public void SetWeights(float[] weights)
    {
        Value old = Node.Input(1);
        float[] stored = _inputMajor ? Transpose(weights, Outputs, Columns) : weights;
        Node.SetInput(1, Node.Graph.NewConstant(old.Name, Tensor.Of(stored, old.Constant!.Shape)));
    }

    /// <summary>The input channel that element <paramref name="index"/> of the weights, [outputs, columns], multiplies.</summary>
    public int ChannelOf(int index)
    {
        (int output, int column) = Math.DivRem(index, Columns);
        return output / OutputsPerGroup * ChannelsPerGroup + column / Taps;
    }

    /// <summary>A matrix [outputs, columns] of integers in the shape and order in which the graph stores the weights.</summary>
    public Tensor Stored(sbyte[] matrix) => Tensor.Of(_inputMajor ? Transpose(matrix, Outputs, Columns) : matrix, Node.ConstantInput(1)!.Shape);

    /// <summary>The bias, one an output; zeros where there is none.</summary>
    public float[] Bias() => Node.ConstantInput(2)?.ToFloats() ?? new float[Outputs];

    /// <summary>Gives the layer another bias.</summary>
    /// <exception cref="InvalidOperationException">The layer is a MatMul, which has none.</exception>
    public void SetBias(float[] bias)
    {
        if (Node.Is("MatMul")) throw new InvalidOperationException($"{Node} has no bias");
        Node.SetInput(2, Node.Graph.NewConstant(Node.Optional(2)?.Name ?? Node.Name + "_bias", Tensor.Of(bias, bias.Length)));
    }

    /// <summary>What an output position reads.</summary>
    /// <param name="input">The layer's input of batch 1, as ONNX lays it out (NCHW, or rows of channels).</param>
    /// <param name="group">Which group.</param>
    /// <param name="position">Output position, row-major.</param>
    /// <param name="patch">Receives <see cref="Columns"/> numbers; 0 in the padding.</param>
    public void Patch(ReadOnlySpan<float> input, int group, int position, Span<float> patch)
    {
        if (_window is { } window) window.Read(input, group * ChannelsPerGroup, ChannelsPerGroup, position, patch);
        else input.Slice(position * Columns, Columns).CopyTo(patch);
    }

    private static T[] Transpose<T>(T[] matrix, int rows, int columns)
    {
        var transposed = new T[matrix.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) transposed[c * rows + r] = matrix[r * columns + c];
        return transposed;
    }
}
