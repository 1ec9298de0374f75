using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

// The class is marked as preview in .NET 9 alone.
#pragma warning disable CA2252

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>AVX-VNNI: four products of unsigned and signed bytes a column, exact. Codes are made unsigned by adding 128.</summary>
internal readonly unsafe struct Int8LanesVnni : IInt8Lanes<Vector256<int>>
{
    public static int Columns => 8;

    public static int Unit => 4;

    public static int Offset => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, int* target) => sums.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Weights(sbyte* source) => Vector256.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(byte* source) => Vector256.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<int> x, Vector256<int> w) => AvxVnni.MultiplyWideningAndAdd(sums, x.AsByte(), w.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Convert(sbyte* source, byte* target, nint count)
    {
        Vector256<byte> sign = Vector256.Create((byte)128);
        for (nint i = 0; i < count; i += Vector256<byte>.Count) Avx2.Xor(Vector256.Load((byte*)source + i), sign).Store(target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector256<int> sums0, Vector256<int> sums1, float* scales0, float* scales1, in Int8Bounds bounds, sbyte* target0, sbyte* target1) =>
        Int8Lanes256.Requantize(sums0, sums1, scales0, scales1, bounds, target0, target1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector256<int> sums, float* scales, in Int8Bounds bounds, sbyte* target) => Int8Lanes256.Requantize(sums, scales, bounds, target);
}
