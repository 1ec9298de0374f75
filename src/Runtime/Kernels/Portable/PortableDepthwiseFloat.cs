using EdgeKit.Runtime.Kernels.Reference;

namespace EdgeKit.Runtime.Kernels.Portable;

internal static class PortableDepthwiseFloat
{
    public static KernelEntry Entry => ReferenceDepthwiseFloat.Entry;
}
