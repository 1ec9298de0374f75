using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.Plan;

/// <summary>
/// Convolution. Inputs: x [N,H,W,C]; weights [O,KH,KW,C/groups] (int8 or float); bias [O] (int32 or float); for INT8 also the requantization
/// scales [O], float. Output [N,OH,OW,O]. A transposed convolution has the same weight order, O being its output channels.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct ConvParameters
{
    /// <summary>Kernel height.</summary>
    public int KernelH;
    /// <summary>Kernel width.</summary>
    public int KernelW;
    /// <summary>Vertical stride.</summary>
    public int StrideH;
    /// <summary>Horizontal stride.</summary>
    public int StrideW;
    /// <summary>Vertical dilation.</summary>
    public int DilationH;
    /// <summary>Horizontal dilation.</summary>
    public int DilationW;
    /// <summary>Rows of padding above. What is needed below follows from the output size.</summary>
    public int PadTop;
    /// <summary>Columns of padding to the left.</summary>
    public int PadLeft;
    /// <summary>Number of groups; equal to C and O for a depthwise convolution.</summary>
    public int Groups;
    /// <summary>Lowest INT8 output: the fused activation's lower bound, quantized.</summary>
    public int MinInt8;
    /// <summary>Highest INT8 output.</summary>
    public int MaxInt8;
    /// <summary>Lowest float output.</summary>
    public float MinFloat;
    /// <summary>Highest float output.</summary>
    public float MaxFloat;
}

/// <summary>What a pooling window yields.</summary>
public enum PoolFunction
{
    /// <summary>The largest element.</summary>
    Max = 0,
    /// <summary>The mean of the elements inside the map.</summary>
    Average = 1,
    /// <summary>The sum of the elements inside the map over the size of the window, padding counted.</summary>
    AverageWithPadding = 2,
}

/// <summary>Pooling. Input x [N,H,W,C], output [N,OH,OW,C]; float or INT8 on both sides.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct PoolParameters
{
    /// <summary>What the window yields.</summary>
    public PoolFunction Function;
    /// <summary>Window height.</summary>
    public int KernelH;
    /// <summary>Window width.</summary>
    public int KernelW;
    /// <summary>Vertical stride.</summary>
    public int StrideH;
    /// <summary>Horizontal stride.</summary>
    public int StrideW;
    /// <summary>Vertical dilation.</summary>
    public int DilationH;
    /// <summary>Horizontal dilation.</summary>
    public int DilationW;
    /// <summary>Rows of padding above.</summary>
    public int PadTop;
    /// <summary>Columns of padding to the left.</summary>
    public int PadLeft;
    /// <summary>Rows of padding below, as <see cref="PoolFunction.AverageWithPadding"/> counts them: a window may reach past it (ceil mode) but never counts more.</summary>
    public int PadBottom;
    /// <summary>Columns of padding to the right.</summary>
    public int PadRight;
}

/// <summary>Elementwise functions of two tensors.</summary>
public enum BinaryFunction
{
    /// <summary>a + b; INT8 too.</summary>
    Add = 0,
    /// <summary>a - b; INT8 too.</summary>
    Sub = 1,
    /// <summary>a * b; INT8 too.</summary>
    Mul = 2,
    /// <summary>a / b.</summary>
    Div = 3,
    /// <summary>The smaller.</summary>
    Min = 4,
    /// <summary>The larger.</summary>
    Max = 5,
    /// <summary>a to the power of b.</summary>
    Pow = 6,
    /// <summary>a where a is not negative, else a * b.</summary>
    PRelu = 7,
}

/// <summary>Elementwise function of two tensors over the output's dimensions; a stride of 0 broadcasts.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public unsafe struct BinaryParameters
{
    /// <summary>The function.</summary>
    public BinaryFunction Function;
    /// <summary>Number of dimensions, neighbours merged where both operands allow it; at least 1.</summary>
    public int Rank;
    /// <summary>Extents, outermost first.</summary>
    public fixed int Dims[6];
    /// <summary>Elements between neighbours of the first operand.</summary>
    public fixed int StrideA[6];
    /// <summary>Elements between neighbours of the second operand.</summary>
    public fixed int StrideB[6];
    /// <summary>Lowest INT8 output.</summary>
    public int MinInt8;
    /// <summary>Highest INT8 output.</summary>
    public int MaxInt8;
    /// <summary>Lowest float output.</summary>
    public float MinFloat;
    /// <summary>Highest float output.</summary>
    public float MaxFloat;
}

/// <summary>Elementwise functions of a float tensor; <c>a</c> and <c>b</c> are the parameters.</summary>
public enum UnaryFunction
{
    /// <summary>min(max(x, a), b).</summary>
    Clip = 0,
    /// <summary>x for x ≥ 0, else a·x.</summary>
    LeakyRelu = 1,
    /// <summary>x for x ≥ 0, else a·(eˣ − 1).</summary>
    Elu = 2,
    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid = 3,
    /// <summary>min(max(a·x + b, 0), 1).</summary>
    HardSigmoid = 4,
    /// <summary>x · min(max(x/6 + 1/2, 0), 1).</summary>
    HardSwish = 5,
    /// <summary>x · sigmoid(x).</summary>
    Silu = 6,
    /// <summary>tanh x.</summary>
    Tanh = 7,
    /// <summary>x/2 · (1 + erf(x/√2)); with a = 1 the tanh approximation.</summary>
    Gelu = 8,
    /// <summary>erf x.</summary>
    Erf = 9,
    /// <summary>eˣ.</summary>
    Exp = 10,
    /// <summary>ln x.</summary>
    Log = 11,
    /// <summary>√x.</summary>
    Sqrt = 12,
    /// <summary>1/x.</summary>
    Reciprocal = 13,
    /// <summary>|x|.</summary>
    Abs = 14,
    /// <summary>−x.</summary>
    Neg = 15,
    /// <summary>⌊x⌋.</summary>
    Floor = 16,
    /// <summary>⌈x⌉.</summary>
    Ceil = 17,
    /// <summary>x rounded half to even.</summary>
    Round = 18,
    /// <summary>−1, 0 or 1.</summary>
    Sign = 19,
    /// <summary>ln(1 + eˣ).</summary>
    Softplus = 20,
    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    Mish = 21,
    /// <summary>b·x for x ≥ 0, else b·a·(eˣ − 1).</summary>
    Selu = 22,
    /// <summary>x / (1 + |x|).</summary>
    Softsign = 23,
    /// <summary>x · sigmoid(a·x).</summary>
    QuickGelu = 24,
}

/// <summary>Elementwise function of a float tensor.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct UnaryParameters
{
    /// <summary>The function.</summary>
    public UnaryFunction Function;
    /// <summary>First parameter of the function.</summary>
    public float A;
    /// <summary>Second parameter of the function.</summary>
    public float B;
}

/// <summary>Strided copy: out[OutOffset + Σ i·OutStride] = in[InOffset + Σ i·InStride] over all indices i below Dims. Units are elements.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public unsafe struct CopyParameters
{
    /// <summary>Number of dimensions, neighbours merged where both sides allow it; at least 1.</summary>
    public int Rank;
    /// <summary>First element read.</summary>
    public int InOffset;
    /// <summary>First element written.</summary>
    public int OutOffset;
    /// <summary>Extents, outermost first.</summary>
    public fixed int Dims[TensorRecord.MaxRank];
    /// <summary>Elements between neighbours of the input; 0 repeats, negative reverses.</summary>
    public fixed int InStride[TensorRecord.MaxRank];
    /// <summary>Elements between neighbours of the output.</summary>
    public fixed int OutStride[TensorRecord.MaxRank];
}

/// <summary>Reductions of an axis.</summary>
public enum ReduceFunction
{
    /// <summary>Arithmetic mean; INT8 too.</summary>
    Mean = 0,
    /// <summary>Sum.</summary>
    Sum = 1,
    /// <summary>Largest; INT8 too.</summary>
    Max = 2,
    /// <summary>Smallest; INT8 too.</summary>
    Min = 3,
    /// <summary>Product.</summary>
    Prod = 4,
    /// <summary>Sum of absolute values.</summary>
    L1 = 5,
    /// <summary>Root of the sum of squares.</summary>
    L2 = 6,
}

/// <summary>An operator along one axis of a tensor seen as [Outer, Extent, Inner].</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct AxisParameters
{
    /// <summary>Product of the dimensions before the axis.</summary>
    public int Outer;
    /// <summary>The axis' size in the input.</summary>
    public int Extent;
    /// <summary>Product of the dimensions after the axis.</summary>
    public int Inner;
    /// <summary><see cref="ReduceFunction"/> for Reduce; 1 for Softmax means log-softmax; 1 for ArgMax means the last of equals; the taps of a WeightedGather.</summary>
    public int Variant;
}

/// <summary>Sets every element to one value.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct FillParameters
{
    /// <summary>The value for float tensors.</summary>
    public float Float;
    /// <summary>The value for INT8 tensors.</summary>
    public int Int8;
}

/// <summary>
/// Resize of [N,H,W,C] to [N,OH,OW,C]. Inputs: x; rows int32 [2,OH] (lower and upper source row); columns int32 [2,OW]; row weights float [OH]
/// and column weights float [OW] of the upper neighbour (linear only). All coordinate modes are in the tables. Input and output of an INT8 resize have the same scale and zero point.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct ResizeParameters
{
    /// <summary>1 for bilinear interpolation, 0 for the nearest (first table row).</summary>
    public int Linear;
}

/// <summary>What a sample at a position between elements is made of.</summary>
public enum SampleMode
{
    /// <summary>The nearest element, of two the even one.</summary>
    Nearest = 0,
    /// <summary>The four around it.</summary>
    Linear = 1,
    /// <summary>The sixteen around it, cubic with coefficient -0.75.</summary>
    Cubic = 2,
}

/// <summary>What lies outside of the map.</summary>
public enum SamplePadding
{
    /// <summary>Zeros.</summary>
    Zeros = 0,
    /// <summary>The nearest element of the map.</summary>
    Border = 1,
    /// <summary>The map reflected at its borders.</summary>
    Reflection = 2,
}

/// <summary>
/// Samples of x [N,H,W,C] at positions [N,OH,OW,2], (x, y) each, as [N,OH,OW,C]. Positions are from -1 to 1 across the map, or count elements.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct GridSampleParameters
{
    /// <summary>How elements are mixed.</summary>
    public SampleMode Mode;
    /// <summary>What lies outside.</summary>
    public SamplePadding Padding;
    /// <summary>1 where -1 and 1 are the centres of the outer elements, 0 where they are the edges of the map; reflections are about the same places.</summary>
    public int AlignCorners;
    /// <summary>1 where positions count elements, whatever <see cref="AlignCorners"/>.</summary>
    public int InElements;
}

/// <summary>Normalization of the innermost axis.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct NormParameters
{
    /// <summary>ε of LayerNorm; α of LRN.</summary>
    public float A;
    /// <summary>β of LRN.</summary>
    public float B;
    /// <summary>Bias k of LRN.</summary>
    public float C;
    /// <summary>Window size of LRN.</summary>
    public int Size;
}

/// <summary>Product of a [Batch,M,K] and b [Batch,K,N], float, row-major, as output [Batch,M,N].</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct MatMulParameters
{
    /// <summary>Number of products.</summary>
    public int Batch;
    /// <summary>Rows.</summary>
    public int M;
    /// <summary>Inner dimension.</summary>
    public int K;
    /// <summary>Columns.</summary>
    public int N;
    /// <summary>Elements from one product's a to the next; 0 when one is shared.</summary>
    public int StrideA;
    /// <summary>Elements from one product's b to the next; 0 when one is shared.</summary>
    public int StrideB;
}

/// <summary>Where an operand of <see cref="AttentionParameters"/> has its rows, in elements; those of a row are neighbours. A stride of 0 shares.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct AttentionRows
{
    /// <summary>First element.</summary>
    public int Offset;
    /// <summary>From one picture to the next.</summary>
    public int Batch;
    /// <summary>From one head to the next.</summary>
    public int Head;
    /// <summary>From one row to the next.</summary>
    public int Row;
}

/// <summary>
/// softmax(s · (t · Q) Kᵀ + M) V for each head (Vaswani et al., 2017, eq. 1), float. Inputs: Q with rows of Depth for each query; Kᵀ with Depth rows of a number for each key; V with rows of Width for
/// each key; M, if there is one, with rows of a number for each key for each query. Output: rows of Width for each query. The scores of a few queries are all that is there at a time.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct AttentionParameters
{
    /// <summary>Most keys.</summary>
    public const int MaxKeys = 2048;
    /// <summary>Greatest depth.</summary>
    public const int MaxDepth = 256;
    /// <summary>Pictures.</summary>
    public int Batch;
    /// <summary>Heads of a picture.</summary>
    public int Heads;
    /// <summary>Queries of a head.</summary>
    public int Queries;
    /// <summary>Keys of a head, and values.</summary>
    public int Keys;
    /// <summary>Elements of a query and of a key.</summary>
    public int Depth;
    /// <summary>Elements of a value.</summary>
    public int Width;
    /// <summary>Factor t of the queries.</summary>
    public float QueryScale;
    /// <summary>Factor s of the scores.</summary>
    public float ScoreScale;
    /// <summary>Rows of Q.</summary>
    public AttentionRows Query;
    /// <summary>Rows of Kᵀ.</summary>
    public AttentionRows Key;
    /// <summary>Rows of V.</summary>
    public AttentionRows Value;
    /// <summary>Rows of M.</summary>
    public AttentionRows Mask;
    /// <summary>Rows of the output.</summary>
    public AttentionRows Output;
}
