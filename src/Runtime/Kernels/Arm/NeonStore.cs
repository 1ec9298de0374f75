using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>Stores of fewer bytes than a vector has, for maps of few channels. Inlined plain loops: a call in a kernel's loop would have every vector saved around it.</summary>
internal static unsafe class NeonStore
{
    /// <summary>Writes the first <paramref name="count"/> bytes; <paramref name="scratch"/> holds a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void First(Vector128<sbyte> value, sbyte* output, int count, sbyte* scratch)
    {
        value.Store(scratch);
        for (nint i = 0; i < count; i++) output[i] = scratch[i];
    }
}
