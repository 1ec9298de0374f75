namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>The ARM64 kernels, best first within a family.</summary>
internal static unsafe class ArmKernels
{
    public const int Count = 4;

    public static KernelEntry At(int index) => index switch
    {
        0 => DotProdGemmInt8.Entry,
        1 => NeonGemmInt8.Entry,
        2 => DotProdDepthwiseInt8.Stride1,
        _ => DotProdDepthwiseInt8.Stride2,
    };
}
