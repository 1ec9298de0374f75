using EdgeKit.Onnx;

namespace EdgeKit.NodeTests;

/// <summary>Compares as ONNX's own runner does: |a - b| at most 1e-7 + 1e-3 |b| for real numbers, equality for others; shape and type too.</summary>
internal static class Closeness
{
    private const double Absolute = 1e-7, Relative = 1e-3;

    /// <summary>What differs, or null.</summary>
    public static string? Difference(Tensor actual, Tensor expected)
    {
        if (actual.Type != expected.Type || !actual.Shape.SequenceEqual(expected.Shape)) return $"{actual} where {expected} is expected";
        double[] a = actual.ToDoubles(), b = expected.ToDoubles();
        bool isReal = expected.Type is ElementType.Float or ElementType.Double;
        for (int i = 0; i < a.Length; i++)
        {
            bool same = a[i].Equals(b[i]) || a[i] == b[i] || (isReal && Math.Abs(a[i] - b[i]) <= Absolute + Relative * Math.Abs(b[i]));
            if (!same) return FormattableString.Invariant($"element {i} is {a[i]:G6} where {b[i]:G6} is expected");
        }
        return null;
    }
}
