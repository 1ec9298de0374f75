using EdgeKit.Runtime.Kernels.Reference;

namespace EdgeKit.Runtime.Kernels.Portable;

internal static class PortableGemmInt8
{
    public static KernelEntry Entry => ReferenceGemmInt8.Entry;
}
