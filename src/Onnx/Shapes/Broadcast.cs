namespace EdgeKit.Onnx;

/// <summary>Broadcasting as in NumPy: shapes are aligned at the innermost dimension, and a dimension of 1 stretches.</summary>
public static class Broadcast
{
    /// <summary>The common shape of two shapes.</summary>
    /// <exception cref="ModelException">They have none.</exception>
    public static int[] Shapes(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= shape.Length; i++)
        {
            int p = i <= a.Length ? a[^i] : 1;
            int q = i <= b.Length ? b[^i] : 1;
            if (p != q && p != 1 && q != 1)
                throw new ModelException($"shapes [{string.Join(',', a.ToArray())}] and [{string.Join(',', b.ToArray())}] do not fit together");
            shape[^i] = p == 1 ? q : p;
        }
        return shape;
    }
}
