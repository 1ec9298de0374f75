using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>
/// Four elements of a row for the elementwise loops, which all run on 128-bit vectors. The last one to three elements of a row go through the same vector code
/// as the others, so their bits cannot differ; nothing past them is touched, and an output may lie on an input.
/// </summary>
internal static unsafe class Partial
{
    /// <summary>Elements of a step.</summary>
    public const int Step = 4;

    /// <summary>Elements 0 to <paramref name="count"/> − 1, at most four, <paramref name="stride"/> apart; the others are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source, nint stride, nint count)
    {
        if (count >= Step)
        {
            if (stride == 1) return Vector128.Load(source);
            if (stride == 0) return Vector128.Create(*source);
            return Vector128.Create(source[0], source[stride], source[2 * stride], source[3 * stride]);
        }
        return Vector128.Create(source[0], count > 1 ? source[stride] : 0, count > 2 ? source[2 * stride] : 0, 0);
    }

    /// <summary>As the float form, widening signed bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(sbyte* source, nint stride, nint count)
    {
        if (count >= Step)
        {
            if (stride == 1) return Lanes128.LoadInt8(source);
            if (stride == 0) return Vector128.Create((float)*source);
            return Vector128.Create((float)source[0], source[stride], source[2 * stride], source[3 * stride]);
        }
        return Vector128.Create((float)source[0], count > 1 ? source[stride] : 0, count > 2 ? source[2 * stride] : 0, 0);
    }

    /// <summary>Stores the first <paramref name="count"/> elements, at most four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* target, nint count)
    {
        if (count >= Step)
        {
            value.Store(target);
            return;
        }
        for (int i = 0; i < count; i++) target[i] = value[i];
    }

    /// <summary>Stores the first <paramref name="count"/> elements, at most four, as bytes; they must fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, sbyte* target, nint count)
    {
        if (count >= Step)
        {
            Vector128<short> half = Vector128.Narrow(value, value);
            *(int*)target = Vector128.Narrow(half, half).AsInt32().ToScalar();
            return;
        }
        for (int i = 0; i < count; i++) target[i] = (sbyte)value[i];
    }

    /// <summary>Rounds half to even; NaN gives 0 on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Round(Vector128<float> value) => Vector128.ConvertToInt32(Vector128.Round(value));
}
