using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels;

/// <summary>
/// Loops that do nothing but multiply and accumulate, in registers, by the instructions that kernels use: what no kernel can beat on this CPU. Each runs so many rounds of
/// <see cref="Chains"/> independent accumulators, enough to hide the latency.
/// </summary>
internal static class PeakRate
{
    /// <summary>Accumulators of a round.</summary>
    public const int Chains = 12;

    /// <summary>One way to multiply and accumulate.</summary>
    /// <param name="Loop">Runs that many rounds; the result only keeps the loop alive.</param>
    /// <param name="MacsPerRound">Multiply-accumulates of a round.</param>
    public sealed record Way(Func<int, int> Loop, int MacsPerRound);

    /// <summary>The ways for float that this CPU has.</summary>
    public static IEnumerable<Way> Float()
    {
        yield return new Way(static rounds => Rounds<Float128, Vector128<float>>(rounds).GetHashCode(), Chains * Vector128<float>.Count);
        if (Vector256.IsHardwareAccelerated) yield return new Way(static rounds => Rounds<Float256, Vector256<float>>(rounds).GetHashCode(), Chains * Vector256<float>.Count);
        if (Vector512.IsHardwareAccelerated) yield return new Way(static rounds => Rounds<Float512, Vector512<float>>(rounds).GetHashCode(), Chains * Vector512<float>.Count);
    }

    /// <summary>The ways for INT8 that this CPU has: products are summed in 32 bits, without saturation.</summary>
    public static IEnumerable<Way> Int8()
    {
        yield return new Way(static rounds => Rounds<Widening128, Vector128<int>>(rounds).GetHashCode(), Chains * Vector128<short>.Count);
        if (Avx2.IsSupported) yield return new Way(static rounds => Rounds<Pairs256, Vector256<int>>(rounds).GetHashCode(), Chains * Vector256<short>.Count);
        if (Avx512BW.IsSupported) yield return new Way(static rounds => Rounds<Pairs512, Vector512<int>>(rounds).GetHashCode(), Chains * Vector512<short>.Count);
#if NET10_0_OR_GREATER
        if (AvxVnni.IsSupported) yield return new Way(static rounds => Rounds<Vnni256, Vector256<int>>(rounds).GetHashCode(), Chains * Vector256<byte>.Count);
#endif
        if (Dp.IsSupported) yield return new Way(static rounds => Rounds<Dot128, Vector128<int>>(rounds).GetHashCode(), Chains * Vector128<sbyte>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static V Rounds<T, V>(int rounds) where T : struct, IStep<V> where V : struct
    {
        V a = T.Operand, s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < rounds; i++)
        {
            s0 = T.Accumulate(s0, a);
            s1 = T.Accumulate(s1, a);
            s2 = T.Accumulate(s2, a);
            s3 = T.Accumulate(s3, a);
            s4 = T.Accumulate(s4, a);
            s5 = T.Accumulate(s5, a);
            s6 = T.Accumulate(s6, a);
            s7 = T.Accumulate(s7, a);
            s8 = T.Accumulate(s8, a);
            s9 = T.Accumulate(s9, a);
            s10 = T.Accumulate(s10, a);
            s11 = T.Accumulate(s11, a);
        }
        s0 = T.Accumulate(T.Accumulate(T.Accumulate(s0, s1), s2), s3);
        s4 = T.Accumulate(T.Accumulate(T.Accumulate(s4, s5), s6), s7);
        s8 = T.Accumulate(T.Accumulate(T.Accumulate(s8, s9), s10), s11);
        return T.Accumulate(T.Accumulate(s0, s4), s8);
    }

    private interface IStep<V>
    {
        /// <summary>Both factors, and what the sums start from.</summary>
        static abstract V Operand { get; }

        static abstract V Accumulate(V sum, V a);
    }

    private readonly struct Float128 : IStep<Vector128<float>>
    {
        public static Vector128<float> Operand => Vector128.Create(0.5f);

        public static Vector128<float> Accumulate(Vector128<float> sum, Vector128<float> a) => Vector128.MultiplyAddEstimate(a, a, sum);
    }

    private readonly struct Float256 : IStep<Vector256<float>>
    {
        public static Vector256<float> Operand => Vector256.Create(0.5f);

        public static Vector256<float> Accumulate(Vector256<float> sum, Vector256<float> a) => Vector256.MultiplyAddEstimate(a, a, sum);
    }

    private readonly struct Float512 : IStep<Vector512<float>>
    {
        public static Vector512<float> Operand => Vector512.Create(0.5f);

        public static Vector512<float> Accumulate(Vector512<float> sum, Vector512<float> a) => Vector512.MultiplyAddEstimate(a, a, sum);
    }

    private readonly struct Widening128 : IStep<Vector128<int>>
    {
        public static Vector128<int> Operand => Vector128.Create((sbyte)3).AsInt32();

        public static Vector128<int> Accumulate(Vector128<int> sum, Vector128<int> a)
        {
            if (Sse2.IsSupported) return sum + Sse2.MultiplyAddAdjacent(a.AsInt16(), a.AsInt16());
            if (AdvSimd.IsSupported) return AdvSimd.MultiplyWideningLowerAndAdd(sum.AsInt16(), a.AsSByte().GetLower(), a.AsSByte().GetLower()).AsInt32();
            return sum + a * a;
        }
    }

    private readonly struct Pairs256 : IStep<Vector256<int>>
    {
        public static Vector256<int> Operand => Vector256.Create((short)3).AsInt32();

        public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<int> a) => sum + Avx2.MultiplyAddAdjacent(a.AsInt16(), a.AsInt16());
    }

    private readonly struct Pairs512 : IStep<Vector512<int>>
    {
        public static Vector512<int> Operand => Vector512.Create((short)3).AsInt32();

        public static Vector512<int> Accumulate(Vector512<int> sum, Vector512<int> a) => sum + Avx512BW.MultiplyAddAdjacent(a.AsInt16(), a.AsInt16());
    }

#if NET10_0_OR_GREATER
    private readonly struct Vnni256 : IStep<Vector256<int>>
    {
        public static Vector256<int> Operand => Vector256.Create((byte)3).AsInt32();

        public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<int> a) => AvxVnni.MultiplyWideningAndAdd(sum, a.AsByte(), a.AsSByte());
    }
#endif

    private readonly struct Dot128 : IStep<Vector128<int>>
    {
        public static Vector128<int> Operand => Vector128.Create((sbyte)3).AsInt32();

        public static Vector128<int> Accumulate(Vector128<int> sum, Vector128<int> a) => Dp.DotProduct(sum, a.AsSByte(), a.AsSByte());
    }
}
