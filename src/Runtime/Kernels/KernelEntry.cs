namespace EdgeKit.Runtime.Kernels;

/// <summary>Which kernels may be used.</summary>
public enum KernelSet
{
    /// <summary>The best that the CPU supports.</summary>
    Best = 0,
    /// <summary>Those of System.Runtime.Intrinsics' portable vectors, then the reference.</summary>
    Portable = 1,
    /// <summary>Only the scalar reference: the specification.</summary>
    Reference = 2,
}

/// <summary>What a kernel computes; kernels of one family are interchangeable.</summary>
public enum KernelFamily
{
    /// <summary>Indirect INT8 matrix product with requantization: <see cref="GemmInt8Call"/>.</summary>
    GemmInt8 = 1,
    /// <summary>Indirect float matrix product: <see cref="GemmFloatCall"/>.</summary>
    GemmFloat = 2,
    /// <summary>INT8 depthwise convolution of one output row: <see cref="DepthwiseInt8Call"/>.</summary>
    DepthwiseInt8 = 3,
    /// <summary>Float depthwise convolution of one output row: <see cref="DepthwiseFloatCall"/>.</summary>
    DepthwiseFloat = 4,
}

/// <summary>Instruction sets that kernels are written for.</summary>
public enum KernelIsa
{
    /// <summary>Plain scalar code.</summary>
    Scalar = 0,
    /// <summary>System.Runtime.Intrinsics' portable vectors.</summary>
    Vector = 1,
    /// <summary>ARM64 Advanced SIMD.</summary>
    Neon = 2,
    /// <summary>ARM64 Advanced SIMD with the dot product extension (ARMv8.2).</summary>
    DotProd = 3,
    /// <summary>x86 SSE4.1.</summary>
    Sse41 = 4,
    /// <summary>x86 AVX2 and FMA.</summary>
    Avx2 = 5,
    /// <summary>x86 AVX2 with the vector neural network instructions in VEX form.</summary>
    AvxVnni = 6,
    /// <summary>x86 AVX-512 F, BW, DQ and VL.</summary>
    Avx512 = 7,
}

/// <summary>Orders in which the taps of a depthwise kernel are packed, in groups of <see cref="KernelEntry.DepthUnit"/>.</summary>
public enum TapOrder
{
    /// <summary>Row by row.</summary>
    Rows = 0,
    /// <summary>Column by column of the kernel, each column filled up to whole groups.</summary>
    Columns = 1,
    /// <summary>Of a 5 x 5 kernel in groups of 4: the first four rows of each column; the first four taps of the last row; the last tap at the end of a group.</summary>
    ColumnsThenLastRow = 2,
}

/// <summary>One kernel: what it computes, where it runs, how it wants its weights.</summary>
public unsafe struct KernelEntry
{
    /// <summary>What it computes.</summary>
    public KernelFamily Family;
    /// <summary>What it is written for.</summary>
    public KernelIsa Isa;
    /// <summary>Whether this CPU can run it.</summary>
    public bool Supported;
    /// <summary>Depthwise: the square kernel size it is made for, undilated; 0 for any.</summary>
    public int KernelSize;
    /// <summary>Depthwise: the horizontal stride it is made for; 0 for any.</summary>
    public int Stride;
    /// <summary>Rows (output positions) of a tile.</summary>
    public int RowTile;
    /// <summary>Columns (output channels) of a tile: the width of a packed panel or block.</summary>
    public int ColumnTile;
    /// <summary>GEMM: consecutive depth elements that lie together in a packed panel. Depthwise: consecutive taps that do.</summary>
    public int DepthUnit;
    /// <summary>INT8 GEMM: weights lie in the order in which lanes meet a row's turned pairs of depths; see <see cref="PanelPacking"/>.</summary>
    public bool PairsTurned;
    /// <summary>Depthwise: the order in which taps are packed.</summary>
    public TapOrder TapOrder;
    /// <summary>INT8 GEMM: what the kernel adds to every input, as where the instruction takes unsigned bytes; packing takes it back in the bias.</summary>
    public int InputOffset;
    /// <summary>The function; its type is prescribed by the family.</summary>
    public void* Function;

    /// <summary>Whether it computes this kernel size, stride and dilation.</summary>
    public readonly bool Fits(in KernelShape shape) =>
        (KernelSize == 0 || (shape.KernelH == KernelSize && shape.KernelW == KernelSize && shape.DilationW == 1)) && (Stride == 0 || shape.StrideW == Stride);
}

/// <summary>What the choice of a depthwise kernel depends on.</summary>
public struct KernelShape
{
    /// <summary>Kernel rows.</summary>
    public int KernelH;
    /// <summary>Kernel columns.</summary>
    public int KernelW;
    /// <summary>Horizontal stride.</summary>
    public int StrideW;
    /// <summary>Horizontal dilation.</summary>
    public int DilationW;
}
