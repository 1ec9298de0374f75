using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>A function of one float and two parameters.</summary>
internal interface IUnaryFunction
{
    static abstract Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b);
}

/// <summary>y[i] = f(x[i]) over rows of floats.</summary>
internal static unsafe class UnaryLoop
{
    /// <summary>The loop of a function.</summary>
    public static void Run<T>(float* x, float* y, nint count, float a, float b) where T : struct, IUnaryFunction
    {
        Vector128<float> va = Vector128.Create(a), vb = Vector128.Create(b);
        nint i = 0;
        for (; i <= count - Partial.Step; i += Partial.Step) T.Invoke(Vector128.Load(x + i), va, vb).Store(y + i);
        for (; i < count; i += Partial.Step)
            Partial.Store(T.Invoke(Partial.Load(x + i, 1, count - i), va, vb), y + i, count - i);
    }
}
