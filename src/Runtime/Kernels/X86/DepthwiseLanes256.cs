using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>AVX2.</summary>
internal readonly unsafe struct DepthwiseLanes256 : IDepthwiseLanes<Vector256<short>, Vector256<int>>
{
    public static int Channels => 16;

    public static Vector256<short> Zero => Vector256<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(sbyte* source) => Avx2.ConvertToVector256Int16(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Low(Vector256<short> a, Vector256<short> b) => Avx2.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> High(Vector256<short> a, Vector256<short> b) => Avx2.UnpackHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<short> x, Vector256<short> w) => Avx2.Add(sums, Avx2.MultiplyAddAdjacent(x, w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(int* source, out Vector256<int> low, out Vector256<int> high)
    {
        Vector256<int> a = Vector256.Load(source), b = Vector256.Load(source + 8);
        low = Avx2.Permute2x128(a, b, 0x20);
        high = Avx2.Permute2x128(a, b, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector256<int> low, Vector256<int> high, Vector256<int> scaleLow, Vector256<int> scaleHigh, in Int8Bounds bounds, sbyte* target)
    {
        Vector256<short> words = X86Requantize.ToWords(low, high, scaleLow.AsSingle(), scaleHigh.AsSingle(), bounds);
        Vector128<sbyte> bytes = Sse2.PackSignedSaturate(words.GetLower(), words.GetUpper());
        Sse41.Max(bytes, Vector128.Create(bounds.Min)).Store(target);
    }
}
