namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>The ARM64 kernels, best first within a family.</summary>
internal static unsafe class ArmKernels
{
    public const int Count = 7;

    public static KernelEntry At(int index) => index switch
    {
        0 => DotProdGemmInt8.Entry,
        1 => NeonGemmInt8.Entry,
        2 => DotProdDepthwiseInt8.Stride1,
        3 => DotProdDepthwiseInt8.Stride2,
        4 => NeonDepthwise3x3Int8.Stride1,
        5 => NeonDepthwise3x3Int8.Stride2,
        _ => NeonDepthwiseInt8.Entry,
    };
}
