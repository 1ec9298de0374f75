namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>The ARM64 kernels, best first within a family.</summary>
internal static unsafe class ArmKernels
{
    public const int Count = 12;

    public static KernelEntry At(int index) => index switch
    {
        0 => DotProdGemmInt8.Entry,
        1 => NeonGemmInt8.Entry,
        2 => DotProdDepthwise3x3Int8.Stride1,
        3 => DotProdDepthwise3x3Int8.Stride2,
        4 => DotProdDepthwise5x5Int8.Stride1,
        5 => DotProdDepthwise5x5Int8.Stride2,
        6 => NeonDepthwise3x3Int8.Stride1,
        7 => NeonDepthwise3x3Int8.Stride2,
        8 => NeonDepthwiseInt8.Entry,
        9 => NeonGemmFloat.Entry,
        10 => NeonDepthwise3x3Float.Stride1,
        _ => NeonDepthwise3x3Float.Stride2,
    };
}
