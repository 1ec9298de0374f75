using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>AVX2: two products of 16-bit integers a column.</summary>
internal readonly unsafe struct Int8Lanes256 : IInt8Lanes<Vector256<int>>
{
    public static int Columns => 8;

    public static int Unit => 2;

    public static int Offset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, int* target) => sums.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Weights(sbyte* source) => Avx2.ConvertToVector256Int16(source).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(byte* source) => Vector256.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<int> x, Vector256<int> w) => Avx2.Add(sums, Avx2.MultiplyAddAdjacent(x.AsInt16(), w.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Convert(sbyte* source, byte* target, nint count)
    {
        for (nint i = 0; i < count; i += Vector256<short>.Count) Avx2.ConvertToVector256Int16(source + i).Store((short*)target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector256<int> sums0, Vector256<int> sums1, float* scales0, float* scales1, in Int8Bounds bounds, sbyte* target0, sbyte* target1)
    {
        Vector128<sbyte> bytes = Avx512F.IsSupported
            ? X86Requantize.ToInt8(Join(sums0, sums1), Join(Vector256.Load((int*)scales0), Vector256.Load((int*)scales1)).AsSingle(), bounds)
            : X86Requantize.ToInt8(sums0, sums1, Vector256.Load(scales0), Vector256.Load(scales1), bounds);
        X86Requantize.StoreHalves(bytes, target0, target1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector256<int> sums, float* scales, in Int8Bounds bounds, sbyte* target)
    {
        Vector256<float> factors = Vector256.Load(scales);
        X86Requantize.ToInt8(sums, sums, factors, factors, bounds).GetLower().Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Join(Vector256<int> lower, Vector256<int> upper) => Avx512F.InsertVector256(lower.ToVector512Unsafe(), upper, 1);
}
