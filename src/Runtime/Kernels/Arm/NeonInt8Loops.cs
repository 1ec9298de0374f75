using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeKit.Runtime.Kernels.Elementwise;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 elementwise loops over the whole vectors of a row. Each returns how many elements it has done; the portable loops do the rest. An output may lie on an input: no element is done twice.
/// </summary>
internal static unsafe class NeonInt8Loops
{
    private const int Step = 8;

    /// <summary>As <see cref="Int8Sum"/>.</summary>
    public static nint Sum(sbyte* a, sbyte* b, sbyte* y, nint count, in Int8Pair p, int min, int max)
    {
        Vector128<float> ratioA = Vector128.Create(p.RatioA), ratioB = Vector128.Create(p.RatioB), offset = Vector128.Create(p.Offset);
        Vector64<sbyte> lowest = Vector64.Create(sbyte.MinValue), low = Vector64.Create((sbyte)min), high = Vector64.Create((sbyte)max);
        Vector128<short> excess = Vector128.Create((short)128);
        nint i = 0;
        for (; i <= count - Step; i += Step)
        {
            // Less the lowest code: 128 more.
            Vector128<short> u = AdvSimd.SubtractWideningLower(Vector64.Load(a + i), lowest), v = AdvSimd.SubtractWideningLower(Vector64.Load(b + i), lowest);
            Vector128<float> u1 = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningUpper(u)), v1 = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningUpper(v));
            Vector128<float> u0 = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningLower(u.GetLower())), v0 = AdvSimd.ConvertToSingle(AdvSimd.SignExtendWideningLower(v.GetLower()));
            Vector128<float> s0 = AdvSimd.FusedMultiplyAdd(AdvSimd.FusedMultiplyAdd(offset, v0, ratioB), u0, ratioA);
            Vector128<float> s1 = AdvSimd.FusedMultiplyAdd(AdvSimd.FusedMultiplyAdd(offset, v1, ratioB), u1, ratioA);
            Store(y + i, s0, s1, excess, low, high);
        }
        return i;
    }

    /// <summary>As <see cref="Int8Product"/>.</summary>
    public static nint Product(sbyte* a, sbyte* b, sbyte* y, nint count, in Int8Pair p, int min, int max)
    {
        Vector128<float> ratio = Vector128.Create(p.RatioA), offset = Vector128.Create(p.Offset);
        Vector64<sbyte> zeroA = Vector64.Create((sbyte)p.ZeroA), zeroB = Vector64.Create((sbyte)p.ZeroB), low = Vector64.Create((sbyte)min), high = Vector64.Create((sbyte)max);
        Vector128<short> excess = Vector128.Create((short)128);
        nint i = 0;
        for (; i <= count - Step; i += Step)
        {
            Vector128<short> u = AdvSimd.SubtractWideningLower(Vector64.Load(a + i), zeroA), v = AdvSimd.SubtractWideningLower(Vector64.Load(b + i), zeroB);
            Vector128<int> p1 = AdvSimd.MultiplyWideningUpper(u, v), p0 = AdvSimd.MultiplyWideningLower(u.GetLower(), v.GetLower());
            Vector128<float> s0 = AdvSimd.Add(AdvSimd.Multiply(AdvSimd.ConvertToSingle(p0), ratio), offset);
            Vector128<float> s1 = AdvSimd.Add(AdvSimd.Multiply(AdvSimd.ConvertToSingle(p1), ratio), offset);
            Store(y + i, s0, s1, excess, low, high);
        }
        return i;
    }

    /// <summary>y[i] = table[x[i] + 128], 16 at a time: the table is four times the 64 bytes that one instruction looks up, and each leaves alone what is out of its range.</summary>
    public static nint Lookup(sbyte* x, sbyte* y, nint count, sbyte* table)
    {
        const int step = 16;
        Vector128<sbyte> t0 = Vector128.Load(table), t1 = Vector128.Load(table + 16), t2 = Vector128.Load(table + 32), t3 = Vector128.Load(table + 48);
        Vector128<sbyte> t4 = Vector128.Load(table + 64), t5 = Vector128.Load(table + 80), t6 = Vector128.Load(table + 96), t7 = Vector128.Load(table + 112);
        Vector128<sbyte> t8 = Vector128.Load(table + 128), t9 = Vector128.Load(table + 144), ta = Vector128.Load(table + 160), tb = Vector128.Load(table + 176);
        Vector128<sbyte> tc = Vector128.Load(table + 192), td = Vector128.Load(table + 208), te = Vector128.Load(table + 224), tf = Vector128.Load(table + 240);
        Vector128<sbyte> excess = Vector128.Create(sbyte.MinValue), quarter = Vector128.Create((sbyte)64);
        nint i = 0;
        for (; i <= count - step; i += step)
        {
            Vector128<sbyte> index = Vector128.Load(x + i) ^ excess;
            Vector128<sbyte> value = AdvSimd.Arm64.VectorTableLookup((t0, t1, t2, t3), index);
            index -= quarter;
            value = AdvSimd.Arm64.VectorTableLookupExtension(value, (t4, t5, t6, t7), index);
            index -= quarter;
            value = AdvSimd.Arm64.VectorTableLookupExtension(value, (t8, t9, ta, tb), index);
            index -= quarter;
            value = AdvSimd.Arm64.VectorTableLookupExtension(value, (tc, td, te, tf), index);
            value.Store(y + i);
        }
        return i;
    }

    /// <summary>sums += x.</summary>
    public static nint Accumulate(int* sums, sbyte* x, nint count)
    {
        const int step = 16;
        nint i = 0;
        for (; i <= count - step; i += step)
        {
            Vector128<sbyte> bytes = Vector128.Load(x + i);
            Vector128<short> high = AdvSimd.SignExtendWideningUpper(bytes), low = AdvSimd.SignExtendWideningLower(bytes.GetLower());
            Vector128<int> s0 = Vector128.Load(sums + i), s1 = Vector128.Load(sums + i + 4), s2 = Vector128.Load(sums + i + 8), s3 = Vector128.Load(sums + i + 12);
            s1 = AdvSimd.AddWideningUpper(s1, low);
            s0 = AdvSimd.AddWideningLower(s0, low.GetLower());
            s3 = AdvSimd.AddWideningUpper(s3, high);
            s2 = AdvSimd.AddWideningLower(s2, high.GetLower());
            s0.Store(sums + i);
            s1.Store(sums + i + 4);
            s2.Store(sums + i + 8);
            s3.Store(sums + i + 12);
        }
        return i;
    }

    /// <summary>Rounds 8 codes plus 128 half to even, takes 128 off and clamps. Every step saturates, so clamping last gives the same bits as clamping first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(sbyte* y, Vector128<float> s0, Vector128<float> s1, Vector128<short> excess, Vector64<sbyte> low, Vector64<sbyte> high)
    {
        Vector128<short> codes = AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(AdvSimd.ConvertToInt32RoundToEven(s0)), AdvSimd.ConvertToInt32RoundToEven(s1));
        AdvSimd.Min(AdvSimd.Max(AdvSimd.ExtractNarrowingSaturateLower(AdvSimd.SubtractSaturate(codes, excess)), low), high).Store(y);
    }
}
