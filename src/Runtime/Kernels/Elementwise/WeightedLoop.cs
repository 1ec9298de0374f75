using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>Weighted sums of rows: y[i] = Σ over t of weights[t] · x[sources[t] · step + i], from t = 0 on, every step rounded to binary32.</summary>
internal static unsafe class WeightedLoop
{
    /// <summary>One row of <paramref name="count"/> elements from <paramref name="taps"/> rows, which may be none; y does not overlap x.</summary>
    public static void Run(float* x, int* sources, float* weights, int taps, nint step, float* y, nint count)
    {
        for (nint i = 0; i < count; i += Partial.Step)
        {
            Vector128<float> sum = Vector128<float>.Zero;
            for (int t = 0; t < taps; t++) sum += Vector128.Create(weights[t]) * Partial.Load(x + sources[t] * step + i, 1, count - i);
            Partial.Store(sum, y + i, count - i);
        }
    }
}
