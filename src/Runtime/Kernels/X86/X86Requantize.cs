using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// <see cref="Requantize.ToInt8"/> in registers. The conversion to integers turns what is too large into the lowest integer, so the upper bound is applied before it; what is too
/// small saturates on the way to bytes where packing saturates.
/// </summary>
internal static class X86Requantize
{
    /// <summary>16 sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> ToInt8(Vector512<int> sums, Vector512<float> scales, in Int8Bounds bounds)
    {
        Vector512<float> value = Avx512F.Multiply(Avx512F.ConvertToVector512Single(sums), scales);
        value = Avx512F.Min(Avx512F.Max(value, Vector512.Create(bounds.Low)), Vector512.Create(bounds.High));
        return Avx512F.ConvertToVector128SByte(Avx512F.Add(Avx512F.ConvertToVector512Int32(value), Vector512.Create(bounds.ZeroPoint)));
    }

    /// <summary>Writes the lower and the upper 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreHalves(Vector128<sbyte> bytes, sbyte* lower, sbyte* upper)
    {
        Sse2.StoreLow((double*)lower, bytes.AsDouble());
        Sse2.StoreHigh((double*)upper, bytes.AsDouble());
    }

    /// <summary>8 sums and 8 more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> ToInt8(Vector256<int> sums0, Vector256<int> sums1, Vector256<float> scales0, Vector256<float> scales1, in Int8Bounds bounds)
    {
        Vector256<short> words = ToWords(sums0, sums1, scales0, scales1, bounds);
        Vector256<sbyte> bytes = Avx2.PackSignedSaturate(words, words);
        // The packs worked on each half of the register: put its 32-bit parts in order.
        bytes = Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 0, 4, 1, 5)).AsSByte();
        return Sse41.Max(bytes.GetLower(), Vector128.Create(bounds.Min));
    }

    /// <summary>8 sums and 8 more, four of each in each half of the register; they still have to saturate to bytes and to meet the lower bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> ToWords(Vector256<int> sums0, Vector256<int> sums1, Vector256<float> scales0, Vector256<float> scales1, in Int8Bounds bounds) =>
        Avx2.AddSaturate(Avx2.PackSignedSaturate(Round(sums0, scales0, bounds.High), Round(sums1, scales1, bounds.High)), Vector256.Create((short)bounds.ZeroPoint));

    /// <summary>4 sums and 4 more, in the lower 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> ToInt8(Vector128<int> sums0, Vector128<int> sums1, Vector128<float> scales0, Vector128<float> scales1, in Int8Bounds bounds)
    {
        Vector128<short> words = Sse2.AddSaturate(Sse2.PackSignedSaturate(Round(sums0, scales0, bounds.High), Round(sums1, scales1, bounds.High)), Vector128.Create((short)bounds.ZeroPoint));
        return Sse41.Max(Sse2.PackSignedSaturate(words, words), Vector128.Create(bounds.Min));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<int> sums, Vector256<float> scales, float high) =>
        Avx.ConvertToVector256Int32(Avx.Min(Avx.Multiply(Avx.ConvertToVector256Single(sums), scales), Vector256.Create(high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Round(Vector128<int> sums, Vector128<float> scales, float high) =>
        Sse2.ConvertToVector128Int32(Sse.Min(Sse.Multiply(Sse2.ConvertToVector128Single(sums), scales), Vector128.Create(high)));
}
