using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>SSE4.1, which compilation ahead of time does not take for granted.</summary>
internal readonly unsafe struct Sse41PixelLanes : IPixelLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Multiply(Vector128<int> a, Vector128<int> b) => Sse41.MultiplyLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Widen(byte* samples) => Sse41.ConvertToVector128Int32(samples);
}
