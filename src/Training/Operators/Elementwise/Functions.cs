using System.Numerics;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>x between two bounds: Relu and Clip.</summary>
internal readonly struct Clamp(float low, float high) : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => Vector.Min(Vector.Max(x, new(low)), new(high));

    public Vector<float> Derivative(Vector<float> x) => Masks.Where(Vector.GreaterThan(x, new(low)) & Vector.LessThan(x, new(high)), Vector<float>.One, default);
}

/// <summary>alpha · x below 0, x above.</summary>
internal readonly struct Leaky(float alpha) : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => Masks.Where(Vector.LessThan(x, default), x * alpha, x);

    public Vector<float> Derivative(Vector<float> x) => Masks.Where(Vector.LessThan(x, default), new(alpha), Vector<float>.One);
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal readonly struct Sigmoid : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Vector.Exp(-x));

    public Vector<float> Derivative(Vector<float> x)
    {
        Vector<float> s = Value(x);
        return s * (Vector<float>.One - s);
    }
}

/// <summary>tanh(x) = 2 sigmoid(2x) - 1.</summary>
internal readonly struct HyperbolicTangent : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => 2 * default(Sigmoid).Value(2 * x) - Vector<float>.One;

    public Vector<float> Derivative(Vector<float> x)
    {
        Vector<float> t = Value(x);
        return Vector<float>.One - t * t;
    }
}

/// <summary>x · sigmoid(x).</summary>
internal readonly struct Silu : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => x * default(Sigmoid).Value(x);

    public Vector<float> Derivative(Vector<float> x)
    {
        Vector<float> s = default(Sigmoid).Value(x);
        return s * (Vector<float>.One + x * (Vector<float>.One - s));
    }
}

/// <summary>clamp(alpha · x + beta, 0, 1).</summary>
internal readonly struct HardSigmoid(float alpha, float beta) : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => Vector.Min(Vector.Max(x * alpha + new Vector<float>(beta), default), Vector<float>.One);

    public Vector<float> Derivative(Vector<float> x)
    {
        Vector<float> v = x * alpha + new Vector<float>(beta);
        return Masks.Where(Vector.GreaterThan(v, default) & Vector.LessThan(v, Vector<float>.One), new(alpha), default);
    }
}

/// <summary>x · clamp(x / 6 + 1/2, 0, 1).</summary>
internal readonly struct HardSwish : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => x * Gate.Value(x);

    public Vector<float> Derivative(Vector<float> x) => Gate.Value(x) + x * Gate.Derivative(x);

    private static HardSigmoid Gate => new(1 / 6f, 0.5f);
}

/// <summary>A function of the table, an element at a time.</summary>
internal readonly struct Scalars(ParametricFunction value, ParametricFunction slope, float a, float b) : IUnaryFunction
{
    public Vector<float> Value(Vector<float> x) => Each(x, value);

    public Vector<float> Derivative(Vector<float> x) => Each(x, slope);

    private Vector<float> Each(Vector<float> x, ParametricFunction f)
    {
        for (int i = 0; i < Vector<float>.Count; i++) x = x.WithElement(i, f(x[i], a, b));
        return x;
    }
}

/// <summary>Choices between vectors.</summary>
internal static class Masks
{
    /// <summary>Lanes of <paramref name="yes"/> where the mask is set, of <paramref name="no"/> elsewhere.</summary>
    public static Vector<float> Where(Vector<int> mask, Vector<float> yes, Vector<float> no) => Vector.ConditionalSelect(mask, yes, no);
}
