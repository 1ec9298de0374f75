using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>, Vector256<short>, Vector256<int>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadInt8(sbyte* source) => Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)source).AsSByte()).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clamp(Vector256<float> value, Vector256<float> low, Vector256<float> high) => Vector256.Min(Vector256.Max(value, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddWhole(Vector256<int> a, Vector256<float> b) => a + Vector256.ConvertToInt32Native(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(sbyte* source) => Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<short> a, Vector256<short> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> a, Vector256<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadInt32(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector256<int> value, int* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddLower(Vector256<int> a, Vector256<short> b) => a + Vector256.WidenLower(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddUpper(Vector256<int> a, Vector256<short> b) => a + Vector256.WidenUpper(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequantizeTo(sbyte* target, int* sums, float* scales, Int8Range range)
    {
        Vector256<short> q = Vector256.Narrow(Round(sums, scales, range), Round(sums + Count, scales + Count, range));
        Vector128.Narrow(q.GetLower(), q.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(int* sums, float* scales, Int8Range range)
    {
        Vector256<float> value = Vector256.ConvertToSingle(Vector256.Load(sums)) * Vector256.Load(scales);
        // Which zero or NaN the native forms yield does not show in an integer.
        value = Vector256.MinNative(Vector256.MaxNative(value, Vector256.Create(range.Low)), Vector256.Create(range.High));
        return Vector256.ConvertToInt32Native(Vector256.Round(value)) + Vector256.Create(range.ZeroPoint);
    }
}
