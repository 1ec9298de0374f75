using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>AVX-512.</summary>
internal readonly unsafe struct DepthwiseLanes512 : IDepthwiseLanes<Vector512<short>, Vector512<int>>
{
    public static int Channels => 32;

    public static Vector512<short> Zero => Vector512<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Widen(sbyte* source) => Avx512BW.ConvertToVector512Int16(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Low(Vector512<short> a, Vector512<short> b) => Avx512BW.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> High(Vector512<short> a, Vector512<short> b) => Avx512BW.UnpackHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> sums, Vector512<short> x, Vector512<short> w) => Avx512F.Add(sums, Avx512BW.MultiplyAddAdjacent(x, w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(int* source, out Vector512<int> low, out Vector512<int> high)
    {
        Vector512<int> a = Vector512.Load(source), b = Vector512.Load(source + 16);
        low = Avx512F.PermuteVar16x32x2(a, Vector512.Create(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27), b);
        high = Avx512F.PermuteVar16x32x2(a, Vector512.Create(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31), b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector512<int> low, Vector512<int> high, Vector512<int> scaleLow, Vector512<int> scaleHigh, in Int8Bounds bounds, sbyte* target)
    {
        Vector512<short> words = Avx512BW.PackSignedSaturate(Round(low, scaleLow, bounds.High), Round(high, scaleHigh, bounds.High));
        words = Avx512BW.AddSaturate(words, Vector512.Create((short)bounds.ZeroPoint));
        Avx2.Max(Avx512BW.ConvertToVector256SByteWithSaturation(words), Vector256.Create(bounds.Min)).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Round(Vector512<int> sums, Vector512<int> scales, float high) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(Avx512F.Multiply(Avx512F.ConvertToVector512Single(sums), scales.AsSingle()), Vector512.Create(high)));
}
