namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>The kernels on portable vectors, widest first within a family.</summary>
internal static unsafe class PortableKernels
{
    public const int Count = 12;

    public static KernelEntry At(int index) => index switch
    {
        0 => PortableGemmInt8.Entry512,
        1 => PortableGemmInt8.Entry256,
        2 => PortableGemmInt8.Entry128,
        3 => PortableGemmFloat.Entry512,
        4 => PortableGemmFloat.Entry256,
        5 => PortableGemmFloat.Entry128,
        6 => PortableDepthwiseInt8.Entry512,
        7 => PortableDepthwiseInt8.Entry256,
        8 => PortableDepthwiseInt8.Entry128,
        9 => PortableDepthwiseFloat.Entry512,
        10 => PortableDepthwiseFloat.Entry256,
        _ => PortableDepthwiseFloat.Entry128,
    };
}
