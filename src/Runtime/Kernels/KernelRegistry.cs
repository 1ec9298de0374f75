using EdgeKit.Runtime.Kernels.Portable;
using EdgeKit.Runtime.Kernels.Reference;

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
    /// <summary>Rows (output positions) of a tile.</summary>
    public int RowTile;
    /// <summary>Columns (output channels) of a tile: the width of a packed panel.</summary>
    public int ColumnTile;
    /// <summary>Consecutive depth elements that lie together in a packed panel.</summary>
    public int DepthUnit;
    /// <summary>The function; its type is prescribed by the family.</summary>
    public void* Function;
}

/// <summary>All kernels, best first within a family. Dispatch, tests, benchmarks and <c>edgekit kernels</c> read this one list.</summary>
public static unsafe class KernelRegistry
{
    /// <summary>Number of kernels.</summary>
    public const int Count = 16;

    /// <summary>Kernel number <paramref name="index"/>.</summary>
    public static KernelEntry At(int index) => index switch
    {
        0 => PortableGemmInt8.Entry512,
        1 => PortableGemmInt8.Entry256,
        2 => PortableGemmInt8.Entry128,
        3 => ReferenceGemmInt8.Entry,
        4 => PortableGemmFloat.Entry512,
        5 => PortableGemmFloat.Entry256,
        6 => PortableGemmFloat.Entry128,
        7 => ReferenceGemmFloat.Entry,
        8 => PortableDepthwiseInt8.Entry512,
        9 => PortableDepthwiseInt8.Entry256,
        10 => PortableDepthwiseInt8.Entry128,
        11 => ReferenceDepthwiseInt8.Entry,
        12 => PortableDepthwiseFloat.Entry512,
        13 => PortableDepthwiseFloat.Entry256,
        14 => PortableDepthwiseFloat.Entry128,
        _ => ReferenceDepthwiseFloat.Entry,
    };

    /// <summary>Name of a kernel: type, operation, tile, instruction set.</summary>
    public static string NameOf(int index)
    {
        KernelEntry k = At(index);
        string family = k.Family switch
        {
            KernelFamily.GemmInt8 => "gemm_int8",
            KernelFamily.GemmFloat => "gemm_f32",
            KernelFamily.DepthwiseInt8 => "depthwise_int8",
            _ => "depthwise_f32",
        };
        return $"{family}_{k.RowTile}x{k.ColumnTile}c{k.DepthUnit}__{k.Isa.ToString().ToLowerInvariant()}";
    }

    /// <summary>The first kernel of the family that the set allows and this CPU supports. The reference always is.</summary>
    public static int Find(KernelFamily family, KernelSet set)
    {
        for (int i = 0; i < Count; i++)
        {
            KernelEntry k = At(i);
            if (k.Family != family || !k.Supported) continue;
            if (set == KernelSet.Reference && k.Isa != KernelIsa.Scalar) continue;
            if (set == KernelSet.Portable && k.Isa > KernelIsa.Vector) continue;
            return i;
        }
        return -1;
    }
}
