using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, Vector512<short>, Vector512<int>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadInt8(sbyte* source) => Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Clamp(Vector512<float> value, Vector512<float> low, Vector512<float> high) => Vector512.Min(Vector512.Max(value, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddWhole(Vector512<int> a, Vector512<float> b) => a + Vector512.ConvertToInt32Native(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Widen(sbyte* source) => Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Multiply(Vector512<short> a, Vector512<short> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> a, Vector512<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadInt32(int* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector512<int> value, int* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddLower(Vector512<int> a, Vector512<short> b) => a + Vector512.WidenLower(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddUpper(Vector512<int> a, Vector512<short> b) => a + Vector512.WidenUpper(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequantizeTo(sbyte* target, int* sums, float* scales, Int8Range range)
    {
        Vector512<short> q = Vector512.Narrow(Round(sums, scales, range), Round(sums + Count, scales + Count, range));
        Vector256.Narrow(q.GetLower(), q.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Round(int* sums, float* scales, Int8Range range)
    {
        Vector512<float> value = Vector512.ConvertToSingle(Vector512.Load(sums)) * Vector512.Load(scales);
        // Which zero or NaN the native forms yield does not show in an integer.
        value = Vector512.MinNative(Vector512.MaxNative(value, Vector512.Create(range.Low)), Vector512.Create(range.High));
        return Vector512.ConvertToInt32Native(Vector512.Round(value)) + Vector512.Create(range.ZeroPoint);
    }
}
