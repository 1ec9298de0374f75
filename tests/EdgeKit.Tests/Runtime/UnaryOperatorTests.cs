using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed class UnaryOperatorTests
{
    public static TheoryData<UnaryFunction, float, float> Functions() => new()
    {
        { UnaryFunction.Clip, -0.5f, 6 },
        { UnaryFunction.LeakyRelu, 0.1f, 0 },
        { UnaryFunction.Elu, 1.5f, 0 },
        { UnaryFunction.Sigmoid, 0, 0 },
        { UnaryFunction.HardSigmoid, 0.2f, 0.5f },
        { UnaryFunction.HardSwish, 0, 0 },
        { UnaryFunction.Silu, 0, 0 },
        { UnaryFunction.Tanh, 0, 0 },
        { UnaryFunction.Gelu, 0, 0 },
        { UnaryFunction.Gelu, 1, 0 },
        { UnaryFunction.QuickGelu, 1.702f, 0 },
        { UnaryFunction.Erf, 0, 0 },
        { UnaryFunction.Exp, 0, 0 },
        { UnaryFunction.Log, 0, 0 },
        { UnaryFunction.Sqrt, 0, 0 },
        { UnaryFunction.Reciprocal, 0, 0 },
        { UnaryFunction.Abs, 0, 0 },
        { UnaryFunction.Neg, 0, 0 },
        { UnaryFunction.Floor, 0, 0 },
        { UnaryFunction.Ceil, 0, 0 },
        { UnaryFunction.Round, 0, 0 },
        { UnaryFunction.Sign, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Is_within_a_millionth_of_the_function(UnaryFunction function, float a, float b)
    {
        float[] x = [.. Enumerable.Range(0, 40_001).Select(i => (i - 20_000) / 2500f), 0.5f, 1.5f, -0.5f, -2.5f];
        if (function is UnaryFunction.Log or UnaryFunction.Sqrt) x = Array.ConvertAll(x, static v => MathF.Abs(v) + 1e-3f);
        foreach ((float[] y, float[] from) in new[] { (Run(x, function, a, b, 0, 2), x), (Run(x[..39], function, a, b, 4, 1), x[..39]) })
        {
            for (int i = 0; i < y.Length; i++)
            {
                double expected = Expected(function, from[i], a, b);
                if (double.IsInfinity(expected)) Assert.Equal((float)expected, y[i]);
                else Assert.True(Math.Abs(expected - y[i]) <= 1e-6 * Math.Max(1, Math.Abs(expected)), $"{function}({from[i]}) = {y[i]}, not {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Bits_do_not_depend_on_the_place_in_a_row(UnaryFunction function, float a, float b)
    {
        float[] x = [.. Enumerable.Repeat(1.2345f, 11)];
        Assert.Single(Run(x, function, a, b, 0, 1).Distinct());
    }

    private static float[] Run(float[] x, UnaryFunction function, float a, float b, int gap, int threads)
    {
        using var harness = new OperatorHarness { Threads = threads };
        int[] dims = gap == 0 ? [x.Length] : [3, x.Length / 3];
        harness.Tensor(x, dims, gap: gap);
        harness.Output<float>(dims, gap: gap / 2);
        return harness.Run<float, UnaryParameters>(OperatorKind.Unary, new UnaryParameters { Function = function, A = a, B = b });
    }

    private static double Expected(UnaryFunction function, double x, double a, double b) => function switch
    {
        UnaryFunction.Clip => Math.Min(Math.Max(x, a), b),
        UnaryFunction.LeakyRelu => x >= 0 ? x : a * x,
        UnaryFunction.Elu => x >= 0 ? x : a * (Math.Exp(x) - 1),
        UnaryFunction.Sigmoid => Sigmoid(x),
        UnaryFunction.HardSigmoid => Math.Clamp(a * x + b, 0, 1),
        UnaryFunction.HardSwish => x * Math.Clamp(x / 6 + 0.5, 0, 1),
        UnaryFunction.Silu => x * Sigmoid(x),
        UnaryFunction.Tanh => Math.Tanh(x),
        UnaryFunction.Gelu => a == 1 ? x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) : x / 2 * (1 + Erf(x / Math.Sqrt(2))),
        UnaryFunction.QuickGelu => x * Sigmoid(a * x),
        UnaryFunction.Erf => Erf(x),
        UnaryFunction.Exp => Math.Exp(x),
        UnaryFunction.Log => Math.Log(x),
        UnaryFunction.Sqrt => Math.Sqrt(x),
        UnaryFunction.Reciprocal => 1 / x,
        UnaryFunction.Abs => Math.Abs(x),
        UnaryFunction.Neg => -x,
        UnaryFunction.Floor => Math.Floor(x),
        UnaryFunction.Ceil => Math.Ceiling(x),
        UnaryFunction.Round => Math.Round(x, MidpointRounding.ToEven),
        _ => Math.Sign(x),
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) · 2/√π near 0; the difference from ±1 is below 2e-8 past 4.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }
}
