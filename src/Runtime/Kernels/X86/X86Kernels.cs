namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>The x86 kernels, best first within a family.</summary>
internal static unsafe class X86Kernels
{
    public const int Count = 11;

    public static KernelEntry At(int index) => index switch
    {
        0 => X86GemmInt8.EntryVnni,
        1 => X86GemmInt8.Entry512,
        2 => X86GemmInt8.Entry256,
        3 => X86GemmInt8.Entry128,
        4 => X86GemmFloat.Entry512,
        5 => X86GemmFloat.Entry256,
        6 => X86DepthwiseInt8.Entry512,
        7 => X86DepthwiseInt8.Entry256,
        8 => X86DepthwiseInt8.Entry128,
        9 => X86DepthwiseFloat.Entry512,
        _ => X86DepthwiseFloat.Entry256,
    };
}
