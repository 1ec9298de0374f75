namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>The ARM64 kernels, best first within a family.</summary>
internal static unsafe class ArmKernels
{
    public const int Count = 1;

    public static KernelEntry At(int index) => index switch
    {
        _ => DotProdGemmInt8.Entry,
    };
}
