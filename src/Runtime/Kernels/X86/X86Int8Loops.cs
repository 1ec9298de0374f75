using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>INT8 elementwise loops on AVX-512 and AVX2, over what fills whole registers: each returns the number of elements done.</summary>
internal static unsafe class X86Int8Loops
{
    /// <summary>As <see cref="Int8BinaryLoop"/>; strides of 0 or 1.</summary>
    public static nint Run512<T>(sbyte* a, nint strideA, sbyte* b, nint strideB, sbyte* y, nint count, in Int8Pair p, int min, int max) where T : struct, IInt8Function
    {
        Vector512<float> low = Vector512.Create((float)(min + Int8BinaryLoop.Excess)), high = Vector512.Create((float)(max + Int8BinaryLoop.Excess));
        nint i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> value = Vector512.Min(Vector512.Max(T.Invoke512(Load512(a, i, strideA), Load512(b, i, strideB), p), low), high);
            Avx512F.ConvertToVector128SByte(Vector512.ConvertToInt32(Vector512.Round(value)) - Vector512.Create(Int8BinaryLoop.Excess)).Store(y + i);
        }
        return i;
    }

    /// <summary>As <see cref="Int8BinaryLoop"/>; strides of 0 or 1. Sixteen elements a turn.</summary>
    public static nint Run256<T>(sbyte* a, nint strideA, sbyte* b, nint strideB, sbyte* y, nint count, in Int8Pair p, int min, int max) where T : struct, IInt8Function
    {
        const int half = 8;
        Vector256<float> low = Vector256.Create((float)(min + Int8BinaryLoop.Excess)), high = Vector256.Create((float)(max + Int8BinaryLoop.Excess));
        nint i = 0;
        for (; i <= count - 2 * half; i += 2 * half)
        {
            Vector256<int> first = Round(T.Invoke256(Load256(a, i, strideA), Load256(b, i, strideB), p), low, high);
            Vector256<int> second = Round(T.Invoke256(Load256(a, i + half, strideA), Load256(b, i + half, strideB), p), low, high);
            // Packing goes on in each 128-bit half for itself: its quarters are then first, second, first, second.
            Vector256<short> words = Avx2.Permute4x64(Avx2.PackSignedSaturate(first, second).AsInt64(), 0b11_01_10_00).AsInt16();
            Sse2.PackSignedSaturate(words.GetLower(), words.GetUpper()).Store(y + i);
        }
        return i;
    }

    /// <summary>The minimum and maximum of these instructions are their second operand where that is NaN, which becomes 0 as everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> value, Vector256<float> low, Vector256<float> high)
    {
        value = Avx.Min(high, Avx.Max(low, value));
        return (Avx.ConvertToVector256Int32(value) & Avx.CompareOrdered(value, value).AsInt32()) - Vector256.Create(Int8BinaryLoop.Excess);
    }

    /// <summary>As <see cref="RowLoops.Lookup"/>, with the table in four registers. Each permutation takes the lower 7 bits of a code as the place in one half of the table.</summary>
    public static nint Lookup512(sbyte* x, sbyte* y, nint count, sbyte* table)
    {
        Vector512<sbyte> t0 = Vector512.Load(table), t1 = Vector512.Load(table + 64), t2 = Vector512.Load(table + 128), t3 = Vector512.Load(table + 192);
        nint i = 0;
        for (; i <= count - Vector512<sbyte>.Count; i += Vector512<sbyte>.Count)
        {
            Vector512<sbyte> codes = Vector512.Load(x + i);
            Vector512<sbyte> below = Avx512Vbmi.PermuteVar64x8x2(t0, codes, t1), above = Avx512Vbmi.PermuteVar64x8x2(t2, codes, t3);
            Vector512.ConditionalSelect(Vector512.LessThan(codes, Vector512<sbyte>.Zero), below, above).Store(y + i);
        }
        return i;
    }

    /// <summary>
    /// As <see cref="RowLoops.Lookup"/>. A shuffle takes the lower 4 bits of a code as the place in a sixteenth of the table; the upper 4 choose among the
    /// sixteen results, bit by bit, as the sign that a blend looks at.
    /// </summary>
    public static nint Lookup256(sbyte* x, sbyte* y, nint count, sbyte* table)
    {
        Vector256<byte> low = Vector256.Create((byte)0x0F);
        nint i = 0;
        for (; i <= count - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
        {
            Vector256<sbyte> codes = Vector256.Load(x + i);
            Vector256<sbyte> place = (codes.AsByte() & low).AsSByte();
            // Bits of neighbours come in from below, where no blend looks.
            Vector256<sbyte> bit4 = (codes.AsInt16() << 3).AsSByte(), bit5 = (codes.AsInt16() << 2).AsSByte(), bit6 = (codes.AsInt16() << 1).AsSByte();
            Vector256<sbyte> below = Half(table, place, bit4, bit5, bit6), above = Half(table + 128, place, bit4, bit5, bit6);
            // Codes of 0 and more stand in the upper half of the table.
            Avx2.BlendVariable(above, below, codes).Store(y + i);
        }
        return i;
    }

    /// <summary>One half of the table: four times two sixteenths, chosen by bits 4, 5 and 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Half(sbyte* table, Vector256<sbyte> place, Vector256<sbyte> bit4, Vector256<sbyte> bit5, Vector256<sbyte> bit6) =>
        Avx2.BlendVariable(
            Avx2.BlendVariable(Pair(table, place, bit4), Pair(table + 32, place, bit4), bit5),
            Avx2.BlendVariable(Pair(table + 64, place, bit4), Pair(table + 96, place, bit4), bit5), bit6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Pair(sbyte* table, Vector256<sbyte> place, Vector256<sbyte> bit4) =>
        Avx2.BlendVariable(Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(table), place), Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(table + 16), place), bit4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load256(sbyte* source, nint at, nint stride) =>
        stride == 0 ? Vector256.Create((float)*source) : Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source + at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load512(sbyte* source, nint at, nint stride) => stride == 0 ? Vector512.Create((float)*source) : Lanes512.LoadInt8(source + at);
}
