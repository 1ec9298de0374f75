using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>SSE4.1, what Native AOT builds for by default: two products of 16-bit integers a column.</summary>
internal readonly unsafe struct Int8Lanes128 : IInt8Lanes<Vector128<int>>
{
    public static int Columns => 4;

    public static int Unit => 2;

    public static int Offset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sums, int* target) => sums.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Weights(sbyte* source) => Sse41.ConvertToVector128Int16(source).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* source) => Vector128.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sums, Vector128<int> x, Vector128<int> w) => Sse2.Add(sums, Sse2.MultiplyAddAdjacent(x.AsInt16(), w.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Convert(sbyte* source, byte* target, nint count)
    {
        for (nint i = 0; i < count; i += Vector128<short>.Count) Sse41.ConvertToVector128Int16(source + i).Store((short*)target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector128<int> sums0, Vector128<int> sums1, float* scales0, float* scales1, in Int8Bounds bounds, sbyte* target0, sbyte* target1)
    {
        Vector128<int> bytes = X86Requantize.ToInt8(sums0, sums1, Vector128.Load(scales0), Vector128.Load(scales1), bounds).AsInt32();
        *(int*)target0 = bytes[0];
        *(int*)target1 = bytes[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requantize(Vector128<int> sums, float* scales, in Int8Bounds bounds, sbyte* target)
    {
        Vector128<float> factors = Vector128.Load(scales);
        *(int*)target = X86Requantize.ToInt8(sums, sums, factors, factors, bounds).AsInt32().ToScalar();
    }
}
