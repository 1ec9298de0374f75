namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>The x86 kernels, best first within a family.</summary>
internal static unsafe class X86Kernels
{
    public const int Count = 0;

    public static KernelEntry At(int index) => index switch { _ => default };
}
