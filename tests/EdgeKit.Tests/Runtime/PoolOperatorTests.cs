using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed class PoolOperatorTests
{
    private static readonly PoolParameters[] Windows =
    [
        new() { KernelH = 2, KernelW = 2, StrideH = 2, StrideW = 2, DilationH = 1, DilationW = 1 },
        new() { KernelH = 3, KernelW = 3, StrideH = 2, StrideW = 2, DilationH = 1, DilationW = 1, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new() { KernelH = 3, KernelW = 2, StrideH = 1, StrideW = 2, DilationH = 2, DilationW = 1, PadTop = 2, PadLeft = 0, PadBottom = 1, PadRight = 1 },
    ];

    public static TheoryData<int, PoolFunction, int> Cases()
    {
        var data = new TheoryData<int, PoolFunction, int>();
        for (int w = 0; w < Windows.Length; w++)
        {
            foreach (PoolFunction f in Enum.GetValues<PoolFunction>())
            {
                foreach (int channels in (int[])[1, 3, 17, 40]) data.Add(w, f, channels);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_written_rule(int window, PoolFunction function, int channels)
    {
        PoolParameters p = Windows[window];
        p.Function = function;
        const int n = 2, h = 9, w = 8;
        // One row and column more than fit without padding: the last windows reach past it, as in ceil mode.
        int outH = (h + p.PadTop + p.PadBottom - (p.KernelH - 1) * p.DilationH - 1) / p.StrideH + 1;
        int outW = (w + p.PadLeft + p.PadRight - (p.KernelW - 1) * p.DilationW - 1 + p.StrideW - 1) / p.StrideW + 1;
        var random = new Random(7);
        sbyte[] codes = RandomValues.Bytes(random, n * h * w * channels);
        float[] reals = RandomValues.Floats(random, codes.Length);
        (float Scale, int Zero) from = (0.05f, 7), to = function == PoolFunction.Max ? from : (0.037f, -11);

        foreach (int threads in (int[])[1, 3])
        {
            using var int8 = new OperatorHarness { Threads = threads };
            int8.Tensor(codes, [n, h, w, channels], from.Scale, from.Zero, gap: 5);
            int8.Output<sbyte>([n, outH, outW, channels], to.Scale, to.Zero, gap: 2);
            sbyte[] y = int8.Run<sbyte, PoolParameters>(OperatorKind.Pool, p);
            using var real = new OperatorHarness { Threads = threads };
            real.Tensor(reals, [n, h, w, channels], gap: 1);
            real.Output<float>([n, outH, outW, channels], gap: 3);
            float[] f = real.Run<float, PoolParameters>(OperatorKind.Pool, p);
            for (int i = 0; i < y.Length; i++)
            {
                int c = i % channels, x = i / channels % outW, row = i / channels / outW % outH, b = i / channels / outW / outH;
                (int sum, int max, float realSum, float realMax, int inside, int padded) = (0, -128, 0, float.NegativeInfinity, 0, 0);
                for (int ky = 0; ky < p.KernelH; ky++)
                {
                    for (int kx = 0; kx < p.KernelW; kx++)
                    {
                        int iy = row * p.StrideH + ky * p.DilationH - p.PadTop, ix = x * p.StrideW + kx * p.DilationW - p.PadLeft;
                        if (iy < h + p.PadBottom && ix < w + p.PadRight) padded++;
                        if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
                        int at = ((b * h + iy) * w + ix) * channels + c;
                        inside++;
                        sum += codes[at] - from.Zero;
                        max = Math.Max(max, codes[at]);
                        realSum += reals[at];
                        realMax = Math.Max(realMax, reals[at]);
                    }
                }
                int count = Math.Max(1, function == PoolFunction.AverageWithPadding ? padded : inside);
                float value = sum * (from.Scale / (to.Scale * count));
                int expected = function == PoolFunction.Max ? max : Math.Clamp((int)MathF.Round(value, MidpointRounding.ToEven) + to.Zero, -128, 127);
                Assert.Equal(expected, y[i]);
                Assert.Equal(function == PoolFunction.Max ? realMax : realSum / count, f[i]);
            }
        }
    }

    [Theory]
    [InlineData(49, 300)]
    [InlineData(12544, 9)]
    public void Global_average_sums_whole_maps(int positions, int channels)
    {
        sbyte[] codes = RandomValues.Bytes(new Random(8), positions * channels);
        using var harness = new OperatorHarness();
        harness.Tensor(codes, [1, 1, positions, channels], 0.1f, -128);
        harness.Output<sbyte>([1, 1, 1, channels], 0.06f, -128);
        sbyte[] y = harness.Run<sbyte, PoolParameters>(OperatorKind.Pool,
            new PoolParameters { Function = PoolFunction.Average, KernelH = 1, KernelW = positions, StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1 });
        for (int c = 0; c < channels; c++)
        {
            int sum = 0;
            for (int i = 0; i < positions; i++) sum += codes[i * channels + c] + 128;
            Assert.Equal(Math.Clamp((int)MathF.Round(sum * (0.1f / (0.06f * positions)), MidpointRounding.ToEven) - 128, -128, 127), y[c]);
        }
    }
}
