using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Kinds of layers that take time.</summary>
public enum LayerKind
{
    /// <summary>Convolution with any number of groups, and products with a constant matrix.</summary>
    Dense,
    /// <summary>Convolution of each channel by itself.</summary>
    Depthwise,
    /// <summary>Sum, difference or product of two tensors.</summary>
    Binary,
    /// <summary>Maxima or means of windows.</summary>
    Pool,
    /// <summary>A function of each element that no convolution takes along.</summary>
    Table,
}

/// <summary>All that the time of a layer depends on. Sizes are those of the output, batch 1.</summary>
/// <param name="Kind">What it computes.</param>
/// <param name="Int8">Whether it computes in INT8.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Height">Rows of the output.</param>
/// <param name="Width">Columns of the output.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Stride">Horizontal stride.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record LayerShape(LayerKind Kind, bool Int8, int Inputs, int Outputs, int Height, int Width, int KernelHeight = 1, int KernelWidth = 1, int Stride = 1, int Groups = 1)
{
    /// <summary>Multiply-accumulates; 0 for layers without weights.</summary>
    public long Macs => Kind is LayerKind.Dense or LayerKind.Depthwise ? (long)Height * Width * Outputs * KernelHeight * KernelWidth * (Inputs / Groups) : 0;

    /// <summary>The layer at other widths.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    public LayerShape At(int inputs, int outputs) => this with { Inputs = inputs, Outputs = outputs, Groups = Kind == LayerKind.Depthwise ? inputs : Groups };

    /// <summary>
    /// The shape of a node whose shapes are known; null for nodes that take no time: what the compiler makes views of, and activations that convolutions take along.
    /// </summary>
    /// <param name="node">A node of a float graph in normalised form.</param>
    /// <param name="int8">Whether it is to run in INT8.</param>
    public static LayerShape? Of(Node node, bool int8)
    {
        if (node.Outputs[0].Shape is null || node.Optional(0)?.Shape is null) return null;
        int[] x = node.Input(0).Dims, y = node.Outputs[0].Dims;
        switch (node.OpType)
        {
            case "Conv" or "ConvTranspose" when node.ConstantInput(1) is { Rank: 4 } w:
                int groups = node.Attributes.Int("group", 1);
                bool depthwise = groups > 1 && groups == x[1] && y[1] == x[1] && node.OpType == "Conv";
                return new LayerShape(depthwise ? LayerKind.Depthwise : LayerKind.Dense, int8, x[1], y[1], y[2], y[3], w.Shape[2], w.Shape[3],
                    node.Attributes.Ints("strides") is { Length: 2 } s ? s[1] : 1, groups);
            case "Gemm" or "MatMul" when node.ConstantInput(1) is not null:
                return new LayerShape(LayerKind.Dense, int8, x[^1], y[^1], 1, Tensor.ElementCount(y) / y[^1]);
            case "Add" or "Sub" or "Mul" when node.Inputs.Count == 2 && node.Inputs.All(static v => v is { IsConstant: false }):
                return Elementwise(LayerKind.Binary);
            case "MaxPool" or "AveragePool" when x.Length == 4 && node.Attributes.Ints("kernel_shape") is { Length: 2 } k:
                return new LayerShape(LayerKind.Pool, int8, x[1], y[1], y[2], y[3], k[0], k[1], node.Attributes.Ints("strides") is { Length: 2 } t ? t[1] : 1);
            case "GlobalAveragePool" or "GlobalMaxPool" when x.Length == 4:
                return new LayerShape(LayerKind.Pool, int8, x[1], y[1], 1, 1, x[2], x[3]);
            case not "Relu" when node.Is("PRelu") || PointwiseFunctions.Find(node) is { IsActivation: true }:
                return Elementwise(LayerKind.Table);
            default:
                return null;
        }

        LayerShape? Elementwise(LayerKind kind) => y.Length switch
        {
            4 => new LayerShape(kind, int8, y[1], y[1], y[2], y[3]),
            2 => new LayerShape(kind, int8, y[1], y[1], 1, 1),
            _ => null,
        };
    }
}
