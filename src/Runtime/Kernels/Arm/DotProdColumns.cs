using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>Steps that the depthwise kernels with the dot product extension share: bytes of 16 channels as four vectors of four taps for each of four channels.</summary>
internal static unsafe class DotProdColumns
{
    /// <summary>Three rows of a pixel; the fourth tap is anything and has no weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(sbyte* r0, sbyte* r1, sbyte* r2, out Vector128<sbyte> v0, out Vector128<sbyte> v1, out Vector128<sbyte> v2, out Vector128<sbyte> v3)
    {
        Vector128<sbyte> x2 = Vector128.Load(r2);
        Interleave(Vector128.Load(r0), Vector128.Load(r1), x2, x2, out v0, out v1, out v2, out v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(Vector128<sbyte> x0, Vector128<sbyte> x1, Vector128<sbyte> x2, Vector128<sbyte> x3,
        out Vector128<sbyte> v0, out Vector128<sbyte> v1, out Vector128<sbyte> v2, out Vector128<sbyte> v3)
    {
        Vector128<short> low01 = AdvSimd.Arm64.ZipLow(x0, x1).AsInt16(), high01 = AdvSimd.Arm64.ZipHigh(x0, x1).AsInt16();
        Vector128<short> low23 = AdvSimd.Arm64.ZipLow(x2, x3).AsInt16(), high23 = AdvSimd.Arm64.ZipHigh(x2, x3).AsInt16();
        v0 = AdvSimd.Arm64.ZipLow(low01, low23).AsSByte();
        v1 = AdvSimd.Arm64.ZipHigh(low01, low23).AsSByte();
        v2 = AdvSimd.Arm64.ZipLow(high01, high23).AsSByte();
        v3 = AdvSimd.Arm64.ZipHigh(high01, high23).AsSByte();
    }

    /// <summary>Biases plus the products of an output's first taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Start(int* bias, Vector128<sbyte> w0, Vector128<sbyte> w1, Vector128<sbyte> w2, Vector128<sbyte> w3,
        Vector128<sbyte> c0, Vector128<sbyte> c1, Vector128<sbyte> c2, Vector128<sbyte> c3, out Vector128<int> s0, out Vector128<int> s1, out Vector128<int> s2, out Vector128<int> s3)
    {
        (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
        (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
        Add(w0, w1, w2, w3, c0, c1, c2, c3, ref s0, ref s1, ref s2, ref s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector128<sbyte> w0, Vector128<sbyte> w1, Vector128<sbyte> w2, Vector128<sbyte> w3,
        Vector128<sbyte> c0, Vector128<sbyte> c1, Vector128<sbyte> c2, Vector128<sbyte> c3, ref Vector128<int> s0, ref Vector128<int> s1, ref Vector128<int> s2, ref Vector128<int> s3)
    {
        s0 = Dp.DotProduct(s0, w0, c0);
        s1 = Dp.DotProduct(s1, w1, c1);
        s2 = Dp.DotProduct(s2, w2, c2);
        s3 = Dp.DotProduct(s3, w3, c3);
    }

    /// <summary>Requantizes and writes <paramref name="channels"/> outputs; <paramref name="scratch"/> holds 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TRange>(in NeonRequantize<TRange> requantize, Vector128<int> s0, Vector128<int> s1, Vector128<int> s2, Vector128<int> s3, float* scales,
        sbyte* output, int channels, sbyte* scratch) where TRange : struct, IOutputRange
    {
        (Vector128<float> f0, Vector128<float> f1) = AdvSimd.Arm64.LoadPairVector128(scales);
        (Vector128<float> f2, Vector128<float> f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
        Vector128<sbyte> y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
        if (channels == Vector128<sbyte>.Count) y.Store(output);
        else NeonStore.First(y, output, channels, scratch);
    }
}
