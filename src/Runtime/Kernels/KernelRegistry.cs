using EdgeKit.Runtime.Kernels.Arm;
using EdgeKit.Runtime.Kernels.Portable;
using EdgeKit.Runtime.Kernels.Reference;
using EdgeKit.Runtime.Kernels.X86;

namespace EdgeKit.Runtime.Kernels;

/// <summary>All kernels, best first. Dispatch, tests, benchmarks and <c>edgekit kernels</c> read this one list.</summary>
public static unsafe class KernelRegistry
{
    private const int FirstX86 = ArmKernels.Count, FirstPortable = FirstX86 + X86Kernels.Count, FirstReference = FirstPortable + PortableKernels.Count;

    /// <summary>Number of kernels.</summary>
    public const int Count = FirstReference + ReferenceKernels.Count;

    /// <summary>Kernel number <paramref name="index"/>.</summary>
    public static KernelEntry At(int index)
    {
        if (index < FirstX86) return ArmKernels.At(index);
        if (index < FirstPortable) return X86Kernels.At(index - FirstX86);
        if (index < FirstReference) return PortableKernels.At(index - FirstPortable);
        return ReferenceKernels.At(index - FirstReference);
    }

    /// <summary>Name of a kernel: operation, type, kernel size and stride it is made for, tile, instruction set.</summary>
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
        string shape = k.KernelSize == 0 ? "" : $"_{k.KernelSize}x{k.KernelSize}";
        if (k.Stride != 0) shape += $"s{k.Stride}";
        return $"{family}{shape}_{k.RowTile}x{k.ColumnTile}c{k.DepthUnit}__{k.Isa.ToString().ToLowerInvariant()}";
    }

    /// <summary>The first kernel of the family that the set allows, this CPU supports and the shape fits. The reference always does.</summary>
    public static int Find(KernelFamily family, KernelSet set, in KernelShape shape)
    {
        for (int i = 0; i < Count; i++)
        {
            KernelEntry k = At(i);
            if (k.Family != family || !k.Supported || !k.Fits(shape)) continue;
            if (set == KernelSet.Reference && k.Isa != KernelIsa.Scalar) continue;
            if (set == KernelSet.Portable && k.Isa > KernelIsa.Vector) continue;
            return i;
        }
        return -1;
    }

    /// <summary>Whether this CPU uses the kernel for the shape it is made for.</summary>
    public static bool IsChosen(int index)
    {
        KernelEntry k = At(index);
        KernelShape shape = default;
        shape.KernelH = shape.KernelW = k.KernelSize;
        shape.StrideW = k.Stride;
        shape.DilationW = 1;
        return Find(k.Family, KernelSet.Best, shape) == index;
    }
}
