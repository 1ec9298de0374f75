using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>INT8 elementwise loops on AVX-512, over what fills whole registers: each returns the number of elements done.</summary>
internal static unsafe class X86Int8Loops
{
    /// <summary>As <see cref="Int8BinaryLoop"/>; strides of 0 or 1.</summary>
    public static nint Run<T>(sbyte* a, nint strideA, sbyte* b, nint strideB, sbyte* y, nint count, in Int8Pair p, int min, int max) where T : struct, IInt8Function
    {
        Vector512<float> low = Vector512.Create((float)(min + Int8BinaryLoop.Excess)), high = Vector512.Create((float)(max + Int8BinaryLoop.Excess));
        nint i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> value = Vector512.Min(Vector512.Max(T.InvokeWide(Load(a, i, strideA), Load(b, i, strideB), p), low), high);
            Avx512F.ConvertToVector128SByte(Vector512.ConvertToInt32(Vector512.Round(value)) - Vector512.Create(Int8BinaryLoop.Excess)).Store(y + i);
        }
        return i;
    }

    /// <summary>As <see cref="RowLoops.Lookup"/>, with the table in four registers. Each permutation takes the lower 7 bits of a code as the place in one half of the table.</summary>
    public static nint Lookup(sbyte* x, sbyte* y, nint count, sbyte* table)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(sbyte* source, nint at, nint stride) => stride == 0 ? Vector512.Create((float)*source) : Lanes512.LoadInt8(source + at);
}
