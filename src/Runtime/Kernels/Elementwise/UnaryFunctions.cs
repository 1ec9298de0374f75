using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>The functions that plans name.</summary>
internal static unsafe class UnaryFunctions
{
    /// <summary>The loop of a function, or null for a number that is none.</summary>
    public static delegate*<float*, float*, nint, float, float, void> Loop(UnaryParameters p) => p.Function switch
    {
        UnaryFunction.Clip => &UnaryLoop.Run<Clip>,
        UnaryFunction.LeakyRelu => &UnaryLoop.Run<LeakyRelu>,
        UnaryFunction.Elu => &UnaryLoop.Run<Elu>,
        UnaryFunction.Sigmoid => &UnaryLoop.Run<Sigmoid>,
        UnaryFunction.HardSigmoid => &UnaryLoop.Run<HardSigmoid>,
        UnaryFunction.HardSwish => &UnaryLoop.Run<HardSwish>,
        UnaryFunction.Silu => &UnaryLoop.Run<Silu>,
        UnaryFunction.Tanh => &UnaryLoop.Run<Tanh>,
        UnaryFunction.Gelu => p.A == 1 ? &UnaryLoop.Run<TanhGelu> : &UnaryLoop.Run<Gelu>,
        UnaryFunction.Erf => &UnaryLoop.Run<Erf>,
        UnaryFunction.Exp => &UnaryLoop.Run<Exp>,
        UnaryFunction.Log => &UnaryLoop.Run<Log>,
        UnaryFunction.Sqrt => &UnaryLoop.Run<Sqrt>,
        UnaryFunction.Reciprocal => &UnaryLoop.Run<Reciprocal>,
        UnaryFunction.Abs => &UnaryLoop.Run<Abs>,
        UnaryFunction.Neg => &UnaryLoop.Run<Neg>,
        UnaryFunction.Floor => &UnaryLoop.Run<Floor>,
        UnaryFunction.Ceil => &UnaryLoop.Run<Ceil>,
        UnaryFunction.Round => &UnaryLoop.Run<Round>,
        UnaryFunction.Softplus => &UnaryLoop.Run<Softplus>,
        UnaryFunction.Mish => &UnaryLoop.Run<Mish>,
        UnaryFunction.Selu => &UnaryLoop.Run<Selu>,
        UnaryFunction.Softsign => &UnaryLoop.Run<Softsign>,
        UnaryFunction.QuickGelu => &UnaryLoop.Run<QuickGelu>,
        UnaryFunction.Sign => &UnaryLoop.Run<Sign>,
        _ => null,
    };
}

internal readonly struct Clip : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Min(Vector128.Max(x, a), b);
}

internal readonly struct LeakyRelu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(x, Vector128<float>.Zero), x, a * x);
}

internal readonly struct Elu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(x, Vector128<float>.Zero), x, a * (Vector128.Exp(x) - Vector128<float>.One));
}

internal readonly struct Sigmoid : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Of(x);

    public static Vector128<float> Of(Vector128<float> x) => Vector128<float>.One / (Vector128<float>.One + Vector128.Exp(-x));
}

internal readonly struct HardSigmoid : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        Vector128.Min(Vector128.Max(a * x + b, Vector128<float>.Zero), Vector128<float>.One);
}

internal readonly struct HardSwish : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        x * Vector128.Min(Vector128.Max(x * Vector128.Create(1 / 6f) + Vector128.Create(0.5f), Vector128<float>.Zero), Vector128<float>.One);
}

internal readonly struct Silu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => x * Sigmoid.Of(x);
}

internal readonly struct QuickGelu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => x * Sigmoid.Of(a * x);
}

internal readonly struct Tanh : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Of(x);

    public static Vector128<float> Of(Vector128<float> x) => Vector128.Create(MathF.Tanh(x[0]), MathF.Tanh(x[1]), MathF.Tanh(x[2]), MathF.Tanh(x[3]));
}

internal readonly struct Erf : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Of(x);

    /// <summary>
    /// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: 1 − (a₁t + … + a₅t⁵) e^(−x²), t = 1 / (1 + px); within 1.5e-7 of erf before rounding,
    /// 5e-7 in binary32.
    /// </summary>
    public static Vector128<float> Of(Vector128<float> x)
    {
        Vector128<float> one = Vector128<float>.One, magnitude = Vector128.Abs(x);
        Vector128<float> t = one / (one + Vector128.Create(0.3275911f) * magnitude);
        Vector128<float> p = Vector128.Create(1.061405429f) * t + Vector128.Create(-1.453152027f);
        p = p * t + Vector128.Create(1.421413741f);
        p = p * t + Vector128.Create(-0.284496736f);
        p = p * t + Vector128.Create(0.254829592f);
        return Vector128.CopySign(one - p * t * Vector128.Exp(-(x * x)), x);
    }
}

internal readonly struct Gelu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        x * Vector128.Create(0.5f) * (Vector128<float>.One + Erf.Of(x * Vector128.Create(0.70710678f)));
}

/// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
internal readonly struct TanhGelu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        x * Vector128.Create(0.5f) * (Vector128<float>.One + Tanh.Of(Vector128.Create(0.7978845608f) * (x + Vector128.Create(0.044715f) * x * x * x)));
}

internal readonly struct Exp : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Exp(x);
}

internal readonly struct Log : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Log(x);
}

internal readonly struct Sqrt : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Sqrt(x);
}

internal readonly struct Reciprocal : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128<float>.One / x;
}

internal readonly struct Abs : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Abs(x);
}

internal readonly struct Neg : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => -x;
}

internal readonly struct Floor : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Floor(x);
}

internal readonly struct Ceil : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Ceiling(x);
}

internal readonly struct Round : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Vector128.Round(x);
}

internal readonly struct Sign : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), Vector128<float>.Zero, Vector128.CopySign(Vector128<float>.One, x));
}

internal readonly struct Softplus : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => Of(x);

    /// <summary>max(x, 0) + ln(1 + e^−|x|), which overflows nowhere.</summary>
    public static Vector128<float> Of(Vector128<float> x) =>
        Vector128.Max(x, Vector128<float>.Zero) + Vector128.Log(Vector128<float>.One + Vector128.Exp(-Vector128.Abs(x)));
}

internal readonly struct Mish : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => x * Tanh.Of(Softplus.Of(x));
}

internal readonly struct Selu : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => b * Elu.Invoke(x, a, b);
}

internal readonly struct Softsign : IUnaryFunction
{
    public static Vector128<float> Invoke(Vector128<float> x, Vector128<float> a, Vector128<float> b) => x / (Vector128<float>.One + Vector128.Abs(x));
}
