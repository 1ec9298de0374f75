using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>A function of two floats.</summary>
internal interface IBinaryFunction
{
    static abstract Vector128<float> Invoke(Vector128<float> a, Vector128<float> b);
}

/// <summary>y[i] = clamp(f(a[i · strideA], b[i · strideB])) over rows of floats.</summary>
internal static unsafe class BinaryLoop
{
    /// <summary>The loop of a function.</summary>
    public static void Run<T>(float* a, nint strideA, float* b, nint strideB, float* y, nint count, float min, float max) where T : struct, IBinaryFunction
    {
        Vector128<float> low = Vector128.Create(min), high = Vector128.Create(max);
        nint i = 0;
        if (strideA == 1 && strideB == 1)
        {
            for (; i <= count - Partial.Step; i += Partial.Step)
                Vector128.Min(Vector128.Max(T.Invoke(Vector128.Load(a + i), Vector128.Load(b + i)), low), high).Store(y + i);
        }
        for (; i < count; i += Partial.Step)
        {
            Vector128<float> value = T.Invoke(Partial.Load(a + i * strideA, strideA, count - i), Partial.Load(b + i * strideB, strideB, count - i));
            Partial.Store(Vector128.Min(Vector128.Max(value, low), high), y + i, count - i);
        }
    }
}

internal readonly struct Add : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a + b;
}

internal readonly struct Sub : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a - b;
}

internal readonly struct Mul : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a * b;
}

internal readonly struct Div : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a / b;
}

internal readonly struct Min : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => Vector128.Min(a, b);
}

internal readonly struct Max : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);
}

internal readonly struct Pow : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) =>
        Vector128.Create(MathF.Pow(a[0], b[0]), MathF.Pow(a[1], b[1]), MathF.Pow(a[2], b[2]), MathF.Pow(a[3], b[3]));
}

internal readonly struct PRelu : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(a, Vector128<float>.Zero), a, a * b);
}

/// <summary>a + |b|.</summary>
internal readonly struct AddMagnitude : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a + Vector128.Abs(b);
}

/// <summary>a + b².</summary>
internal readonly struct AddSquare : IBinaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> a, Vector128<float> b) => a + b * b;
}
