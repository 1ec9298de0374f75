using EdgeKit.Runtime.Kernels.Reference;

namespace EdgeKit.Runtime.Kernels.Portable;

internal static class PortableDepthwiseInt8
{
    public static KernelEntry Entry => ReferenceDepthwiseInt8.Entry;
}
