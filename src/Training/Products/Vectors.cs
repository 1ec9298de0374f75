using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeKit.Training;

/// <summary>Loops over rows of floats.</summary>
internal static class Vectors
{
    /// <summary>Floats in a vector of this machine.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>The vector at <paramref name="index"/>, which must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> At(ReadOnlySpan<float> values, int index) => Vector.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    /// <summary>Puts a vector at <paramref name="index"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector<float> vector, Span<float> values, int index) => vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    /// <summary>sum = a + b, of as many elements as sum has.</summary>
    public static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sum)
    {
        a = a[..sum.Length];
        b = b[..sum.Length];
        int i = 0;
        for (; i <= sum.Length - Lanes; i += Lanes) Put(At(a, i) + At(b, i), sum, i);
        for (; i < sum.Length; i++) sum[i] = a[i] + b[i];
    }

    /// <summary>sum += scale · values.</summary>
    public static void AddScaled(ReadOnlySpan<float> values, float scale, Span<float> sum)
    {
        values = values[..sum.Length];
        int i = 0;
        for (; i <= sum.Length - Lanes; i += Lanes) Put(Vector.FusedMultiplyAdd(At(values, i), new(scale), At(sum, i)), sum, i);
        for (; i < sum.Length; i++) sum[i] = MathF.FusedMultiplyAdd(values[i], scale, sum[i]);
    }

    /// <summary>sum += values.</summary>
    public static void Accumulate(ReadOnlySpan<float> values, Span<float> sum) => Add(sum, values, sum);
}
