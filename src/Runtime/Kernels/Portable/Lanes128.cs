using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Vectors of 128 bits.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>, Vector128<short>, Vector128<int>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadInt8(sbyte* source) => Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(int*)source).AsSByte())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Clamp(Vector128<float> value, Vector128<float> low, Vector128<float> high) => Vector128.Min(Vector128.Max(value, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddWhole(Vector128<int> a, Vector128<float> b) => a + Vector128.ConvertToInt32Native(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Widen(sbyte* source) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)source).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Multiply(Vector128<short> a, Vector128<short> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Add(Vector128<short> a, Vector128<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadInt32(int* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector128<int> value, int* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddLower(Vector128<int> a, Vector128<short> b) => a + Vector128.WidenLower(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddUpper(Vector128<int> a, Vector128<short> b) => a + Vector128.WidenUpper(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequantizeTo(sbyte* target, int* sums, float* scales, Int8Range range)
    {
        Vector128<short> q = Vector128.Narrow(Round(sums, scales, range), Round(sums + Count, scales + Count, range));
        *(long*)target = Vector128.Narrow(q, q).AsInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Round(int* sums, float* scales, Int8Range range)
    {
        Vector128<float> value = Vector128.ConvertToSingle(Vector128.Load(sums)) * Vector128.Load(scales);
        // Which zero or NaN the native forms yield does not show in an integer.
        value = Vector128.MinNative(Vector128.MaxNative(value, Vector128.Create(range.Low)), Vector128.Create(range.High));
        return Vector128.ConvertToInt32Native(Vector128.Round(value)) + Vector128.Create(range.ZeroPoint);
    }
}
