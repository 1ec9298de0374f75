namespace EdgeKit.Onnx.Reference;

/// <summary>Functions of single floats, and Softmax.</summary>
internal static class Activations
{
    /// <summary>f(x) for every element.</summary>
    public static Tensor[] Map(Call call, Func<float, float> f)
    {
        Tensor x = call.Float(0);
        ReadOnlySpan<float> from = x.AsSpan<float>();
        float[] y = new float[from.Length];
        for (int i = 0; i < y.Length; i++) y[i] = f(from[i]);
        return [Tensor.Of(y, x.Shape)];
    }

    public static float Elu(float x, float alpha, float _) => x < 0 ? alpha * (MathF.Exp(x) - 1) : x;

    /// <summary>ln(1 + e^x), written so that nothing overflows.</summary>
    public static float Softplus(float x) => MathF.Max(x, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x)));

    /// <summary>x/2 (1 + erf(x/√2)), or the approximation x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    public static float Gelu(float x, float approximate, float _) =>
        0.5f * x * (1 + (approximate == 0 ? Erf(x * 0.70710678f) : MathF.Tanh(GeluArgument(x))));

    /// <summary>The derivative of <see cref="Gelu"/>.</summary>
    public static float GeluSlope(float x, float approximate, float _) => approximate == 0
        ? 0.5f * (1 + Erf(x * 0.70710678f)) + x * 0.39894228f * MathF.Exp(-x * x / 2)
        : 0.5f * (1 + MathF.Tanh(GeluArgument(x))) + 0.5f * x * TanhSlope(GeluArgument(x)) * 0.7978846f * (1 + 3 * 0.044715f * x * x);

    /// <summary>1 - tanh² x.</summary>
    public static float TanhSlope(float x) => 1 - MathF.Tanh(x) * MathF.Tanh(x);

    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>The error function, by the series of Abramowitz and Stegun 7.1.6: 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!.</summary>
    public static float Erf(float x)
    {
        if (float.IsNaN(x)) return x;
        // 1 - erf(4) is less than half the distance from 1 to the float before it.
        if (MathF.Abs(x) >= 4) return MathF.Sign(x);
        double square = (double)x * x, term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-12 * Math.Abs(sum); n++)
        {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return (float)(2 / Math.Sqrt(Math.PI) * Math.Exp(-square) * sum);
    }

    /// <summary>Clip to [min, max], inputs 1 and 2; a bound that is left out does not bind.</summary>
    public static Tensor[] Clip(Call call)
    {
        Tensor x = call.Input(0);
        switch (x.Type)
        {
            case ElementType.Float:
                float low = Bound(1, float.NegativeInfinity), high = Bound(2, float.PositiveInfinity);
                return Map(call, v => MathF.Min(MathF.Max(v, low), high));
            case ElementType.Int8:
                sbyte least = Bound(1, sbyte.MinValue), most = Bound(2, sbyte.MaxValue);
                return [Tensor.Of(Array.ConvertAll(x.AsSpan<sbyte>().ToArray(), v => Math.Min(Math.Max(v, least), most)), x.Shape)];
            case ElementType.Int64:
                long lowest = Bound(1, long.MinValue), highest = Bound(2, long.MaxValue);
                return [Tensor.Of(Array.ConvertAll(x.ToInt64s(), v => Math.Min(Math.Max(v, lowest), highest)), x.Shape)];
            default:
                throw call.Error($"does not take elements of type {x.Type}");
        }

        T Bound<T>(int index, T none) where T : unmanaged
        {
            if (call.Optional(index) is not { } bound) return none;
            return bound.Type == x.Type ? call.Scalar<T>(index) : throw call.Error($"input {index} is {bound.Type} where {x.Type} is wanted");
        }
    }

    /// <summary>x where x is positive, slope * x elsewhere; the slope is broadcast to x.</summary>
    public static Tensor[] PRelu(Call call)
    {
        Tensor x = call.Float(0), slope = call.Float(1);
        int[] shape = Broadcasting.Shape(call, x.Shape, slope.Shape);
        if (!shape.AsSpan().SequenceEqual(x.Shape)) throw call.Error($"a slope {slope} does not broadcast to {x}");
        return [Tensor.Of(Broadcasting.Map<float, float>(shape, x, slope, static (v, s) => v < 0 ? s * v : v), shape)];
    }

    /// <summary>exp(x) / sum of exp(x) along the axis, or its logarithm; the maximum is taken out first.</summary>
    public static Tensor[] Softmax(Call call, bool logarithm)
    {
        Tensor x = call.Float(0);
        if (x.Rank == 0) throw call.Error("needs at least one axis");
        int axis = call.Axis(-1, x.Rank);
        int n = x.Shape[axis], step = Strided.Of(x.Shape)[axis];
        ReadOnlySpan<float> from = x.AsSpan<float>();
        float[] y = new float[x.Length];
        for (int first = 0; first < y.Length; first += n * step)
        {
            for (int lane = first; lane < first + step; lane++)
            {
                float max = float.NegativeInfinity;
                for (int i = 0; i < n; i++) max = MathF.Max(max, from[lane + i * step]);
                double sum = 0;
                for (int i = 0; i < n; i++) sum += y[lane + i * step] = MathF.Exp(from[lane + i * step] - max);
                float log = (float)Math.Log(sum);
                for (int i = 0; i < n; i++)
                {
                    ref float v = ref y[lane + i * step];
                    v = logarithm ? from[lane + i * step] - max - log : (float)(v / sum);
                }
            }
        }
        return [Tensor.Of(y, x.Shape)];
    }

    private static float GeluArgument(float x) => 0.7978846f * (x + 0.044715f * x * x * x);
}
