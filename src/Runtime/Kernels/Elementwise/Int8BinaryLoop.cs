using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels.Arm;
using EdgeKit.Runtime.Kernels.X86;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>Scales and zero points of an INT8 operator of two tensors, as docs/arithmetic.md prescribes: on the codes plus 128, as ONNX Runtime has them.</summary>
internal readonly struct Int8Pair(float ratioA, float ratioB, float offset, int zeroA, int zeroB)
{
    /// <summary>Add and Sub: fl(scale a / scale y). Mul: fl(fl(scale a · scale b) / scale y).</summary>
    public readonly float RatioA = ratioA;
    /// <summary>Add and Sub: fl(scale b / scale y), negative for Sub.</summary>
    public readonly float RatioB = ratioB;
    /// <summary>Add and Sub: all zero points together. Mul: the output's zero point.</summary>
    public readonly float Offset = offset;
    /// <summary>Zero point of a.</summary>
    public readonly float ZeroA = zeroA;
    /// <summary>Zero point of b.</summary>
    public readonly float ZeroB = zeroB;
}

/// <summary>An INT8 function of two codes, as a real number on the scale of the output's codes plus 128.</summary>
internal interface IInt8Function
{
    static abstract Vector128<float> Invoke(Vector128<float> a, Vector128<float> b, in Int8Pair p);

    /// <summary>The loop over dense rows on ARM64; the number of elements it has done.</summary>
    static abstract unsafe nint RunNeon(sbyte* a, sbyte* b, sbyte* y, nint count, in Int8Pair p, int min, int max);

    static abstract Vector256<float> Invoke256(Vector256<float> a, Vector256<float> b, in Int8Pair p);

    static abstract Vector512<float> Invoke512(Vector512<float> a, Vector512<float> b, in Int8Pair p);
}

/// <summary>y[i] = round_half_even(clamp(f(a[i · strideA], b[i · strideB]))) over rows of INT8 codes; y may be a or b, so no element is done twice.</summary>
internal static unsafe class Int8BinaryLoop
{
    internal const int Excess = 128;

    /// <summary>The loop of a function.</summary>
    public static void Run<T>(sbyte* a, nint strideA, sbyte* b, nint strideB, sbyte* y, nint count, in Int8Pair p, int min, int max) where T : struct, IInt8Function
    {
        nint i = 0;
        if (AdvSimd.Arm64.IsSupported && strideA == 1 && strideB == 1) i = T.RunNeon(a, b, y, count, p, min, max);
        if (Avx512F.IsSupported && strideA <= 1 && strideB <= 1) i = X86Int8Loops.Run512<T>(a, strideA, b, strideB, y, count, p, min, max);
        else if (Avx2.IsSupported && Fma.IsSupported && strideA <= 1 && strideB <= 1) i = X86Int8Loops.Run256<T>(a, strideA, b, strideB, y, count, p, min, max);
        Vector128<float> low = Vector128.Create((float)(min + Excess)), high = Vector128.Create((float)(max + Excess));
        for (; i < count; i += Partial.Step)
        {
            Vector128<float> value = T.Invoke(Partial.Load(a + i * strideA, strideA, count - i), Partial.Load(b + i * strideB, strideB, count - i), p);
            value = Vector128.Min(Vector128.Max(value, low), high);
            Partial.Store(Partial.Round(value) - Vector128.Create(Excess), y + i, count - i);
        }
    }
}

/// <summary>fma(a + 128, ratio a, fma(b + 128, ratio b, offset)).</summary>
internal readonly struct Int8Sum : IInt8Function
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b, in Int8Pair p)
    {
        Vector128<float> excess = Vector128.Create(128f);
        return Vector128.FusedMultiplyAdd(a + excess, Vector128.Create(p.RatioA),
            Vector128.FusedMultiplyAdd(b + excess, Vector128.Create(p.RatioB), Vector128.Create(p.Offset)));
    }

    public static unsafe nint RunNeon(sbyte* a, sbyte* b, sbyte* y, nint count, in Int8Pair p, int min, int max) => NeonInt8Loops.Sum(a, b, y, count, p, min, max);

    public static Vector256<float> Invoke256(Vector256<float> a, Vector256<float> b, in Int8Pair p)
    {
        Vector256<float> excess = Vector256.Create(128f);
        return Vector256.FusedMultiplyAdd(a + excess, Vector256.Create(p.RatioA),
            Vector256.FusedMultiplyAdd(b + excess, Vector256.Create(p.RatioB), Vector256.Create(p.Offset)));
    }

    public static Vector512<float> Invoke512(Vector512<float> a, Vector512<float> b, in Int8Pair p)
    {
        Vector512<float> excess = Vector512.Create(128f);
        return Vector512.FusedMultiplyAdd(a + excess, Vector512.Create(p.RatioA),
            Vector512.FusedMultiplyAdd(b + excess, Vector512.Create(p.RatioB), Vector512.Create(p.Offset)));
    }
}

/// <summary>fl(fl((a − zero a) (b − zero b) · ratio) + offset); the product of the codes is exact.</summary>
internal readonly struct Int8Product : IInt8Function
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b, in Int8Pair p) =>
        (a - Vector128.Create(p.ZeroA)) * (b - Vector128.Create(p.ZeroB)) * Vector128.Create(p.RatioA) + Vector128.Create(p.Offset);

    public static unsafe nint RunNeon(sbyte* a, sbyte* b, sbyte* y, nint count, in Int8Pair p, int min, int max) => NeonInt8Loops.Product(a, b, y, count, p, min, max);

    public static Vector256<float> Invoke256(Vector256<float> a, Vector256<float> b, in Int8Pair p) =>
        (a - Vector256.Create(p.ZeroA)) * (b - Vector256.Create(p.ZeroB)) * Vector256.Create(p.RatioA) + Vector256.Create(p.Offset);

    public static Vector512<float> Invoke512(Vector512<float> a, Vector512<float> b, in Int8Pair p) =>
        (a - Vector512.Create(p.ZeroA)) * (b - Vector512.Create(p.ZeroB)) * Vector512.Create(p.RatioA) + Vector512.Create(p.Offset);
}
