namespace EdgeKit.Runtime.Kernels;

/// <summary>
/// One call of an indirect GEMM micro-kernel with requantization:
/// <c>out[r, n] = zp + round_half_even(clamp(float(bias[n] + Σ_t Σ_k rows[t][r][k] · w[t, k, n]) · scale[n], min − zp, max − zp))</c>.
/// Weights are packed in panels of ColumnTile columns (see <see cref="PanelPacking"/>); the zero point of the input is already in the bias.
/// </summary>
/// <remarks>Preconditions: 1 ≤ RowCount ≤ RowTile; pointers of rows at and past RowCount are valid to read as those of a row below it;
/// each row has Depth readable bytes and not one more; weights lie in [-127, 127], so two products fit 16 bits.</remarks>
public unsafe struct GemmInt8Call
{
    /// <summary>Input rows: pointer number <c>t · RowTile + r</c>.</summary>
    public sbyte** Rows;
    /// <summary>First panel.</summary>
    public byte* Panels;
    /// <summary>Output of row 0, column 0.</summary>
    public sbyte* Output;
    /// <summary>Bytes from one output row to the next.</summary>
    public nint OutputStride;
    /// <summary>Valid rows.</summary>
    public int RowCount;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Input channels.</summary>
    public int Depth;
    /// <summary>Output channels.</summary>
    public int Columns;
    /// <summary>Zero point of the output.</summary>
    public int ZeroPoint;
    /// <summary>Lowest output.</summary>
    public int Min;
    /// <summary>Highest output.</summary>
    public int Max;
}

/// <summary>
/// One call of an indirect float GEMM micro-kernel: <c>out[r, n] = clamp(bias[n] + Σ_t Σ_k rows[t][r][k] · w[t, k, n])</c>, summed in order of t, then k,
/// with one fused multiply-add a step where the instruction set has it: the bits do not depend on the tile. Preconditions as for <see cref="GemmInt8Call"/>.
/// </summary>
public unsafe struct GemmFloatCall
{
    /// <summary>Input rows: pointer number <c>t · RowTile + r</c>.</summary>
    public float** Rows;
    /// <summary>First panel.</summary>
    public byte* Panels;
    /// <summary>Output of row 0, column 0.</summary>
    public float* Output;
    /// <summary>Elements from one output row to the next.</summary>
    public nint OutputStride;
    /// <summary>Valid rows.</summary>
    public int RowCount;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Input channels.</summary>
    public int Depth;
    /// <summary>Output channels.</summary>
    public int Columns;
    /// <summary>Lowest output.</summary>
    public float Min;
    /// <summary>Highest output.</summary>
    public float Max;
}

/// <summary>
/// One output row of a depthwise convolution with requantization. Position x, channel c:
/// <c>zp + round_half_even(clamp(float(bias[c] + Σ_t rows[x · Taps + t][c] · w[t, c]) · scale[c], min − zp, max − zp))</c>.
/// Weights: int32 bias [C'], float scale [C'], int8 w [Taps, C'], C' = Channels rounded up to ColumnTile.
/// </summary>
/// <remarks>Preconditions: each row pointer has Channels readable bytes and not one more; weights lie in [-127, 127].</remarks>
public unsafe struct DepthwiseInt8Call
{
    /// <summary>Input rows: pointer number <c>x · Taps + t</c>.</summary>
    public sbyte** Rows;
    /// <summary>Packed weights.</summary>
    public byte* Weights;
    /// <summary>Output of position 0.</summary>
    public sbyte* Output;
    /// <summary>Bytes from one output position to the next.</summary>
    public nint OutputStride;
    /// <summary>Output positions.</summary>
    public int Width;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Channels.</summary>
    public int Channels;
    /// <summary>Zero point of the output.</summary>
    public int ZeroPoint;
    /// <summary>Lowest output.</summary>
    public int Min;
    /// <summary>Highest output.</summary>
    public int Max;
}

/// <summary>One output row of a float depthwise convolution; as <see cref="DepthwiseInt8Call"/> without scales: float bias [C'], float w [Taps, C'].</summary>
public unsafe struct DepthwiseFloatCall
{
    /// <summary>Input rows: pointer number <c>x · Taps + t</c>.</summary>
    public float** Rows;
    /// <summary>Packed weights.</summary>
    public byte* Weights;
    /// <summary>Output of position 0.</summary>
    public float* Output;
    /// <summary>Elements from one output position to the next.</summary>
    public nint OutputStride;
    /// <summary>Output positions.</summary>
    public int Width;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Channels.</summary>
    public int Channels;
    /// <summary>Lowest output.</summary>
    public float Min;
    /// <summary>Highest output.</summary>
    public float Max;
}
