using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Testing.Operators;

/// <summary>Comparison of tensors.</summary>
public static class TensorAssert
{
    /// <summary>Floats may differ by a fraction of the range of the expected tensor (zero included, at least 1e-3); everything else must be equal.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string what = "")
    {
        Assert.True(expected.Type == actual.Type && expected.Shape.AsSpan().SequenceEqual(actual.Shape), $"{what}: expected {expected}, got {actual}");
        if (expected.Type != ElementType.Float)
        {
            int wrong = Differences(expected, actual);
            Assert.True(wrong == 0, $"{what}: {wrong} of {expected.Length} elements differ");
            return;
        }
        ReadOnlySpan<float> e = expected.AsSpan<float>(), a = actual.AsSpan<float>();
        float min = 0, max = 0;
        foreach (float v in e)
        {
            if (!float.IsFinite(v)) continue;
            min = MathF.Min(min, v);
            max = MathF.Max(max, v);
        }
        double allowed = tolerance * Math.Max((double)max - min, 1e-3);
        for (int i = 0; i < e.Length; i++)
        {
            bool close = e[i].Equals(a[i]) || Math.Abs((double)e[i] - a[i]) <= allowed;
            Assert.True(close, $"{what}: element {i} is {a[i]:R} where {e[i]:R} is expected, range [{min},{max}]");
        }
    }

    /// <summary>All elements, type and shape must be equal.</summary>
    public static void Equal<T>(Tensor actual, int[] shape, params T[] elements) where T : unmanaged
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(elements, actual.AsSpan<T>().ToArray());
    }

    private static int Differences(Tensor expected, Tensor actual)
    {
        double[] e = expected.ToDoubles(), a = actual.ToDoubles();
        return e.Where((v, i) => v != a[i]).Count();
    }
}
