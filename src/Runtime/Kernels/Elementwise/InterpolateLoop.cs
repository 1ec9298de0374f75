using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>
/// Bilinear interpolation of four pixels, channel by channel: top = a + (b − a)·fx, bottom = c + (d − c)·fx, y = top + (bottom − top)·fy, every step rounded to
/// binary32. INT8 interpolates the codes and rounds half to even.
/// </summary>
internal static unsafe class InterpolateLoop
{
    /// <summary>Float pixels.</summary>
    public static void Run(float* a, float* b, float* c, float* d, float fx, float fy, float* y, nint count)
    {
        for (nint i = 0; i < count; i += Partial.Step)
        {
            nint n = count - i;
            Partial.Store(Mix(Partial.Load(a + i, 1, n), Partial.Load(b + i, 1, n), Partial.Load(c + i, 1, n), Partial.Load(d + i, 1, n), fx, fy), y + i, n);
        }
    }

    /// <summary>INT8 pixels.</summary>
    public static void Run(sbyte* a, sbyte* b, sbyte* c, sbyte* d, float fx, float fy, sbyte* y, nint count)
    {
        for (nint i = 0; i < count; i += Partial.Step)
        {
            nint n = count - i;
            Partial.Store(Partial.Round(Mix(Partial.Load(a + i, 1, n), Partial.Load(b + i, 1, n), Partial.Load(c + i, 1, n), Partial.Load(d + i, 1, n), fx, fy)), y + i, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mix(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float fx, float fy)
    {
        Vector128<float> top = a + (b - a) * Vector128.Create(fx), bottom = c + (d - c) * Vector128.Create(fx);
        return top + (bottom - top) * Vector128.Create(fy);
    }
}
