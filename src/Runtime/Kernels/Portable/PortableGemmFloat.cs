using EdgeKit.Runtime.Kernels.Reference;

namespace EdgeKit.Runtime.Kernels.Portable;

internal static class PortableGemmFloat
{
    public static KernelEntry Entry => ReferenceGemmFloat.Entry;
}
