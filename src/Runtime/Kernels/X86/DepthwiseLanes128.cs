using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>SSE4.1.</summary>
internal readonly unsafe struct DepthwiseLanes128 : IDepthwiseLanes<Vector128<short>, Vector128<int>>
{
    public static int Channels => 8;

    public static Vector128<short> Zero => Vector128<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Widen(sbyte* source) => Sse41.ConvertToVector128Int16(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Low(Vector128<short> a, Vector128<short> b) => Sse2.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> High(Vector128<short> a, Vector128<short> b) => Sse2.UnpackHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sums, Vector128<short> x, Vector128<short> w) => Sse2.Add(sums, Sse2.MultiplyAddAdjacent(x, w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(int* source, out Vector128<int> low, out Vector128<int> high)
    {
        low = Vector128.Load(source);
        high = Vector128.Load(source + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector128<int> low, Vector128<int> high, Vector128<int> scaleLow, Vector128<int> scaleHigh, in Int8Bounds bounds, sbyte* target) =>
        *(long*)target = X86Requantize.ToInt8(low, high, scaleLow.AsSingle(), scaleHigh.AsSingle(), bounds).AsInt64().ToScalar();
}
