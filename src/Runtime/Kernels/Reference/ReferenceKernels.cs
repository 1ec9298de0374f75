namespace EdgeKit.Runtime.Kernels.Reference;

/// <summary>The scalar kernels: the specification every other kernel is held to.</summary>
internal static unsafe class ReferenceKernels
{
    public const int Count = 4;

    public static KernelEntry At(int index) => index switch
    {
        0 => ReferenceGemmInt8.Entry,
        1 => ReferenceGemmFloat.Entry,
        2 => ReferenceDepthwiseInt8.Entry,
        _ => ReferenceDepthwiseFloat.Entry,
    };
}
