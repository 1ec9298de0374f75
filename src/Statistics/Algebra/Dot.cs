using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeKit.Statistics;

/// <summary>Sums over rows of doubles, vector by vector: the order of addition depends on the machine's vector width alone.</summary>
public static class Dot
{
    /// <summary>Σ a[i]·b[i].</summary>
    public static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        Vector<double> even = default, odd = default;
        int i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            even += va[i] * vb[i];
            odd += va[i + 1] * vb[i + 1];
        }
        if (i < va.Length) even += va[i] * vb[i];
        double sum = Vector.Sum(even + odd);
        for (int k = va.Length * Vector<double>.Count; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }

    /// <summary>y[i] += factor·x[i].</summary>
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        Span<Vector<double>> vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        ReadOnlySpan<Vector<double>> vx = MemoryMarshal.Cast<double, Vector<double>>(x[..y.Length]);
        var f = new Vector<double>(factor);
        for (int i = 0; i < vy.Length; i++) vy[i] += f * vx[i];
        for (int k = vy.Length * Vector<double>.Count; k < y.Length; k++) y[k] += factor * x[k];
    }
}
