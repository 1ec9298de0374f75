namespace EdgeKit.Runtime.Kernels;

/// <summary>What every kernel may rely on.</summary>
public static class KernelContract
{
    /// <summary>
    /// Readable bytes past the last byte of every input row and padding pixel, whatever they hold. Kernels load whole vectors and give what lies past the end no weight;
    /// they never write past the last output channel.
    /// </summary>
    public const int Slack = 64;
}

/// <summary>
/// One call of an indirect GEMM kernel with requantization:
/// <c>out[r, n] = zp + round_half_even(clamp(float(bias[n] + Σ_t Σ_k row(r, t)[k] · w[t, k, n]) · scale[n], min − zp, max − zp))</c>.
/// Weights are packed in panels of ColumnTile columns (see <see cref="PanelPacking"/>); the zero point of the input is already in the bias.
/// </summary>
/// <remarks>
/// Preconditions: RowCount ≥ 1; each row has Depth readable bytes and <see cref="KernelContract.Slack"/> more; weights lie in [-127, 127], so two products fit 16 bits.
/// Output rows do not overlap inputs. Kernels take the rows in tiles of RowTile and go through all panels.
/// </remarks>
public unsafe struct GemmInt8Call
{
    /// <summary>Direct form (<see cref="Rows"/> is null, one tap): row r lies at <c>Input + r · InputStride</c>.</summary>
    public sbyte* Input;
    /// <summary>Bytes from one input row to the next in the direct form.</summary>
    public nint InputStride;
    /// <summary>Indirect form: tap t of row r is pointer number <c>(r / RowTile · Taps + t) · RowTile + r % RowTile</c>. The last tile is filled up with repeats of its last row.</summary>
    public sbyte** Rows;
    /// <summary>First panel.</summary>
    public byte* Panels;
    /// <summary>Output of row 0, column 0.</summary>
    public sbyte* Output;
    /// <summary>Bytes from one output row to the next.</summary>
    public nint OutputStride;
    /// <summary>Rows: output positions.</summary>
    public int RowCount;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Bytes of a tap: input channels.</summary>
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
/// One call of an indirect float GEMM kernel: <c>out[r, n] = clamp(bias[n] + Σ_t Σ_k row(r, t)[k] · w[t, k, n])</c>, summed in order of t, then k,
/// with one fused multiply-add a step where the instruction set has it: the bits do not depend on the tile. Preconditions as for <see cref="GemmInt8Call"/>;
/// as 0 · NaN is not 0, what lies past a row's end may be loaded but not multiplied.
/// </summary>
public unsafe struct GemmFloatCall
{
    /// <summary>Direct form (<see cref="Rows"/> is null, one tap): row r lies at <c>Input + r · InputStride</c>.</summary>
    public float* Input;
    /// <summary>Elements from one input row to the next in the direct form.</summary>
    public nint InputStride;
    /// <summary>Indirect form: tap t of row r is pointer number <c>(r / RowTile · Taps + t) · RowTile + r % RowTile</c>. The last tile is filled up with repeats of its last row.</summary>
    public float** Rows;
    /// <summary>First panel.</summary>
    public byte* Panels;
    /// <summary>Output of row 0, column 0.</summary>
    public float* Output;
    /// <summary>Elements from one output row to the next.</summary>
    public nint OutputStride;
    /// <summary>Rows: output positions.</summary>
    public int RowCount;
    /// <summary>Kernel taps.</summary>
    public int Taps;
    /// <summary>Elements of a tap: input channels.</summary>
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
/// <c>zp + round_half_even(clamp(float(bias[c] + Σ_ky Σ_kx in(ky, x · StrideW + kx · DilationW − PadLeft)[c] · w[ky, kx, c]) · scale[c], min − zp, max − zp))</c>,
/// where in(ky, j) is <c>Rows[ky] + j · InputStride</c> for j inside [0, InputWidth), else <see cref="Padding"/>. Weights as <see cref="DepthwisePacking"/> lays them.
/// </summary>
/// <remarks>Preconditions: each pixel has Channels readable bytes and <see cref="KernelContract.Slack"/> more; weights lie in [-127, 127]. Output rows do not overlap inputs.</remarks>
public unsafe struct DepthwiseInt8Call
{
    /// <summary>KernelH pointers to pixel 0 of the input rows. A row outside the map is a whole row of padding.</summary>
    public sbyte** Rows;
    /// <summary>One pixel of the input's zero point.</summary>
    public sbyte* Padding;
    /// <summary>Bytes from one input pixel to the next.</summary>
    public nint InputStride;
    /// <summary>Packed weights.</summary>
    public byte* Weights;
    /// <summary>Output of position 0.</summary>
    public sbyte* Output;
    /// <summary>Bytes from one output position to the next.</summary>
    public nint OutputStride;
    /// <summary>Pixels of an input row.</summary>
    public int InputWidth;
    /// <summary>Output positions, at least 1.</summary>
    public int OutputWidth;
    /// <summary>Columns of padding to the left.</summary>
    public int PadLeft;
    /// <summary>Kernel rows.</summary>
    public int KernelH;
    /// <summary>Kernel columns.</summary>
    public int KernelW;
    /// <summary>Input columns from one position to the next.</summary>
    public int StrideW;
    /// <summary>Input columns from one tap to the next.</summary>
    public int DilationW;
    /// <summary>Channels.</summary>
    public int Channels;
    /// <summary>Zero point of the output.</summary>
    public int ZeroPoint;
    /// <summary>Lowest output.</summary>
    public int Min;
    /// <summary>Highest output.</summary>
    public int Max;
}

/// <summary>
/// One output row of a float depthwise convolution; as <see cref="DepthwiseInt8Call"/> without scales, summed in order of ky, then kx, one fused multiply-add a step
/// where the instruction set has it. Strides count elements.
/// </summary>
public unsafe struct DepthwiseFloatCall
{
    /// <summary>KernelH pointers to pixel 0 of the input rows. A row outside the map is a whole row of padding.</summary>
    public float** Rows;
    /// <summary>One pixel of zeros.</summary>
    public float* Padding;
    /// <summary>Elements from one input pixel to the next.</summary>
    public nint InputStride;
    /// <summary>Packed weights.</summary>
    public byte* Weights;
    /// <summary>Output of position 0.</summary>
    public float* Output;
    /// <summary>Elements from one output position to the next.</summary>
    public nint OutputStride;
    /// <summary>Pixels of an input row.</summary>
    public int InputWidth;
    /// <summary>Output positions, at least 1.</summary>
    public int OutputWidth;
    /// <summary>Columns of padding to the left.</summary>
    public int PadLeft;
    /// <summary>Kernel rows.</summary>
    public int KernelH;
    /// <summary>Kernel columns.</summary>
    public int KernelW;
    /// <summary>Input columns from one position to the next.</summary>
    public int StrideW;
    /// <summary>Input columns from one tap to the next.</summary>
    public int DilationW;
    /// <summary>Channels.</summary>
    public int Channels;
    /// <summary>Lowest output.</summary>
    public float Min;
    /// <summary>Highest output.</summary>
    public float Max;
}
