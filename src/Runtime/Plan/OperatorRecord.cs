using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Plan;

/// <summary>The operators a plan is made of. Everything else that ONNX names is lowered to these by the compiler.</summary>
public enum OperatorKind : ushort
{
    /// <summary>Convolution of any kernel and grouping, and every product with a constant matrix. Parameters: <see cref="ConvParameters"/>.</summary>
    Conv = 1,
    /// <summary>Transposed convolution. Parameters: <see cref="ConvParameters"/>.</summary>
    ConvTranspose = 2,
    /// <summary>Max and average pooling. Parameters: <see cref="PoolParameters"/>.</summary>
    Pool = 3,
    /// <summary>Elementwise function of two tensors with broadcasting. Parameters: <see cref="BinaryParameters"/>.</summary>
    Binary = 4,
    /// <summary>Elementwise function of a float tensor. Parameters: <see cref="UnaryParameters"/>.</summary>
    Unary = 5,
    /// <summary>Any function of an INT8 tensor's elements as a 256-entry table, for all channels or for each. Inputs: x, table [256] or [C,256], indexed by q + 128.</summary>
    Table = 6,
    /// <summary>Copy from one strided view to another: Concat, Split, Slice, Transpose, Expand, channel shuffle, DepthToSpace, Pad. Parameters: <see cref="CopyParameters"/>.</summary>
    Copy = 7,
    /// <summary>Selects constant indices along an axis. Inputs: x, indices int32. Parameters: <see cref="AxisParameters"/>.</summary>
    Gather = 8,
    /// <summary>Sets every element. Parameters: <see cref="FillParameters"/>.</summary>
    Fill = 9,
    /// <summary>Resize of height and width by index tables. Parameters: <see cref="ResizeParameters"/>.</summary>
    Resize = 10,
    /// <summary>Reduction of one axis. Parameters: <see cref="AxisParameters"/>.</summary>
    Reduce = 11,
    /// <summary>Softmax along one axis, float. Parameters: <see cref="AxisParameters"/>.</summary>
    Softmax = 12,
    /// <summary>Layer normalization of the innermost axis, float. Inputs: x, scale, bias. Parameters: <see cref="NormParameters"/>.</summary>
    LayerNorm = 13,
    /// <summary>Local response normalization across the innermost axis, float. Parameters: <see cref="NormParameters"/>.</summary>
    Lrn = 14,
    /// <summary>Batched product of two computed matrices, float. Parameters: <see cref="MatMulParameters"/>.</summary>
    MatMul = 15,
    /// <summary>Index of the largest element along one axis. Parameters: <see cref="AxisParameters"/>.</summary>
    ArgMax = 16,
    /// <summary>Float to INT8: saturate(round_half_even(x / scale) + zero point), ONNX QuantizeLinear.</summary>
    Quantize = 17,
    /// <summary>INT8 to float: (q - zero point) * scale, ONNX DequantizeLinear.</summary>
    Dequantize = 18,
    /// <summary>Samples of a float map at computed positions. Inputs: x [N,H,W,C], positions [N,OH,OW,2]. Parameters: <see cref="GridSampleParameters"/>.</summary>
    GridSample = 19,
    /// <summary>Weighted sums of elements along an axis, float. Inputs: x, sources int32 [count,taps], weights float [count,taps]. Parameters: <see cref="AxisParameters"/>, the taps being its variant.</summary>
    WeightedGather = 20,
    /// <summary>Attention, float. Inputs: queries, keys, values, and a mask if there is one. Parameters: <see cref="AttentionParameters"/>.</summary>
    Attention = 21,
}

/// <summary>One step of a plan.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public unsafe struct OperatorRecord
{
    /// <summary>Size of this structure in the file.</summary>
    public const int Bytes = 192;

    /// <summary>32-bit words of parameters.</summary>
    public const int ParameterWords = 40;

    /// <summary>Which operator.</summary>
    public OperatorKind Kind;
    /// <summary>Convolutions, from this one on and each the reader of the one before, that one thread runs interleaved in bands of rows; 0 for none.</summary>
    public ushort Band;
    /// <summary>Name of the ONNX node this came from, as a range of the names section.</summary>
    public int NameOffset;
    /// <summary>Length of the name in bytes.</summary>
    public int NameLength;
    /// <summary>Index of the first input in the operand list.</summary>
    public int FirstInput;
    /// <summary>Number of inputs.</summary>
    public int InputCount;
    /// <summary>Index of the first output in the operand list.</summary>
    public int FirstOutput;
    /// <summary>Number of outputs.</summary>
    public int OutputCount;
    /// <summary>Unused, zero.</summary>
    public int Reserved2;
    /// <summary>The parameter structure of the kind, and zeros.</summary>
    public fixed int Parameters[ParameterWords];
}
