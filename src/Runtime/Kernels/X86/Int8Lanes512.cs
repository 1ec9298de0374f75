using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>AVX-512: two products of 16-bit integers a column.</summary>
internal readonly unsafe struct Int8Lanes512 : IInt8Lanes<Vector512<int>>
{
    public static int Columns => 16;

    public static int Unit => 2;

    public static int Offset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, int* target) => sums.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Weights(sbyte* source) => Avx512BW.ConvertToVector512Int16(Vector256.Load(source)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(byte* source) => Vector512.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> sums, Vector512<int> x, Vector512<int> w) => Avx512F.Add(sums, Avx512BW.MultiplyAddAdjacent(x.AsInt16(), w.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Convert(sbyte* source, byte* target, nint count)
    {
        for (nint i = 0; i < count; i += Vector512<short>.Count) Avx512BW.ConvertToVector512Int16(Vector256.Load(source + i)).Store((short*)target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector512<int> sums0, Vector512<int> sums1, float* scales0, float* scales1, in Int8Bounds bounds, sbyte* target0, sbyte* target1)
    {
        Requantize(sums0, scales0, bounds, target0);
        Requantize(sums1, scales1, bounds, target1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector512<int> sums, float* scales, in Int8Bounds bounds, sbyte* target) => X86Requantize.ToInt8(sums, Vector512.Load(scales), bounds).Store(target);
}
