using System.Buffers;

namespace EdgeKit.Statistics;

/// <summary>What the matrices of moments share.</summary>
internal static class Moments
{
    /// <summary>Vectors [count, columns] as doubles [columns, count], in an array of the shared pool.</summary>
    public static double[] Transpose(ReadOnlySpan<float> vectors, int columns, int count)
    {
        double[] transposed = ArrayPool<double>.Shared.Rent(Math.Max(columns * count, 1));
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> vector = vectors.Slice(n * columns, columns);
            for (int i = 0; i < columns; i++) transposed[i * count + n] = vector[i];
        }
        return transposed;
    }
}
