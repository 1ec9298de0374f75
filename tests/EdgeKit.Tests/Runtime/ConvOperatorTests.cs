using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

public sealed class ConvOperatorTests
{
    public sealed record Geometry(string Name, int InH, int InW, int InC, int OutC, ConvParameters P, bool Transposed = false)
    {
        public override string ToString() => Name;
    }

    private static ConvParameters Window(int kernelH, int kernelW, int stride = 1, int pad = 0, int dilation = 1, int groups = 1) => new()
    {
        KernelH = kernelH,
        KernelW = kernelW,
        StrideH = stride,
        StrideW = stride,
        PadTop = pad,
        PadLeft = pad,
        DilationH = dilation,
        DilationW = dilation,
        Groups = groups,
        MinInt8 = -128,
        MaxInt8 = 120,
        MinFloat = -2,
        MaxFloat = float.PositiveInfinity,
    };

    public static TheoryData<Geometry> Geometries() =>
    [
        new("1x1", 5, 7, 19, 37, Window(1, 1)),
        new("3x3 same", 6, 9, 3, 16, Window(3, 3, 1, 1)),
        new("3x3 stride 2", 9, 8, 5, 33, Window(3, 3, 2, 1)),
        new("7x7 stride 2, three channels", 21, 18, 3, 16, Window(7, 7, 2, 3)),
        new("3x5 wider than the map", 4, 3, 2, 5, Window(3, 5, 1, 2)),
        new("5x3 dilated", 11, 12, 4, 9, Window(5, 3, 1, 2, 2)),
        new("3x3 by kernel rows", 9, 37, 8, 24, Window(3, 3, 1, 1)),
        new("3x3 by kernel rows, stride 2", 13, 14, 24, 17, Window(3, 3, 2, 1)),
        new("3x3 by kernel rows, unpadded", 8, 7, 16, 8, Window(3, 3)),
        new("5x5 by kernel rows, wider than the map", 6, 2, 16, 9, Window(5, 5, 1, 3)),
        new("3x3 by kernel rows, all at the border", 24, 2, 120, 8, Window(3, 3, 1, 1)),
        new("grouped", 6, 5, 12, 20, Window(3, 3, 1, 1, 1, 4)),
        new("depthwise", 8, 70, 21, 21, Window(3, 3, 1, 1, 1, 21)),
        new("depthwise 5x5 stride 2", 9, 11, 40, 40, Window(5, 5, 2, 2, 1, 40)),
        new("depthwise with a multiplier", 6, 6, 5, 10, Window(3, 3, 1, 1, 1, 5)),
        new("deep", 2, 2, 1300, 11, Window(1, 1)),
        new("transposed", 5, 4, 6, 7, Window(3, 3, 2, 1), Transposed: true),
        new("transposed, dilated, grouped", 4, 6, 4, 6, Window(2, 3, 3, 0, 2, 2), Transposed: true),
    ];

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Int8_equals_a_direct_sum_for_every_kernel_and_thread_count(Geometry g)
    {
        (int outH, int outW) = OutputSize(g);
        var random = new Random(28);
        int depth = g.InC / g.P.Groups, taps = g.P.KernelH * g.P.KernelW, zero = -9, outZero = 4;
        sbyte[] x = RandomValues.Bytes(random, 2 * g.InH * g.InW * g.InC), w = RandomValues.Bytes(random, g.OutC * taps * depth, -127);
        int[] bias = RandomValues.Integers(random, g.OutC, 3000);
        float[] scales = [.. RandomValues.Floats(random, g.OutC).Select(v => (v + 1.1f) / (150 * MathF.Sqrt(taps * depth)))];
        var expected = new sbyte[2 * outH * outW * g.OutC];
        for (int i = 0; i < expected.Length; i++)
        {
            int sum = bias[i % g.OutC];
            ForEachTap(g, i, outH, outW, (at, weight) => sum += (x[at] - zero) * w[weight]);
            expected[i] = Requantize.ToInt8(sum, scales[i % g.OutC], outZero, g.P.MinInt8, g.P.MaxInt8);
        }
        foreach (KernelSet kernels in Enum.GetValues<KernelSet>())
        {
            foreach ((int threads, int gap) in ((int, int)[])[(1, 0), (3, 0), (3, 5)])
            {
                using var harness = new OperatorHarness { Kernels = kernels, Threads = threads };
                harness.Tensor(x, [2, g.InH, g.InW, g.InC], 1, zero, gap, slack: KernelContract.Slack);
                harness.Tensor(w, [g.OutC, g.P.KernelH, g.P.KernelW, depth]);
                harness.Tensor(bias, [g.OutC]);
                harness.Tensor(scales, [g.OutC]);
                harness.Output<sbyte>([2, outH, outW, g.OutC], 1, outZero, gap: 3);
                Assert.Equal(expected, harness.Run<sbyte, ConvParameters>(g.Transposed ? OperatorKind.ConvTranspose : OperatorKind.Conv, g.P));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Float_equals_a_direct_sum_for_every_kernel_and_thread_count(Geometry g)
    {
        (int outH, int outW) = OutputSize(g);
        var random = new Random(29);
        int depth = g.InC / g.P.Groups, taps = g.P.KernelH * g.P.KernelW;
        float[] x = RandomValues.Floats(random, 2 * g.InH * g.InW * g.InC), w = RandomValues.Floats(random, g.OutC * taps * depth), bias = RandomValues.Floats(random, g.OutC);
        foreach (KernelSet kernels in Enum.GetValues<KernelSet>())
        {
            float[]? single = null;
            foreach ((int threads, int gap) in ((int, int)[])[(1, 0), (3, 0), (3, 1)])
            {
                using var harness = new OperatorHarness { Kernels = kernels, Threads = threads };
                harness.Tensor(x, [2, g.InH, g.InW, g.InC], gap: gap, slack: KernelContract.Slack);
                harness.Tensor(w, [g.OutC, g.P.KernelH, g.P.KernelW, depth]);
                harness.Tensor(bias, [g.OutC]);
                harness.Output<float>([2, outH, outW, g.OutC], gap: 2);
                float[] y = harness.Run<float, ConvParameters>(g.Transposed ? OperatorKind.ConvTranspose : OperatorKind.Conv, g.P);
                if (single is not null) Assert.Equal(single, y);
                single = y;
            }
            for (int i = 0; i < single!.Length; i++)
            {
                double sum = bias[i % g.OutC];
                ForEachTap(g, i, outH, outW, (at, weight) => sum += (double)x[at] * w[weight]);
                Assert.Equal(Math.Max(sum, g.P.MinFloat), single[i], 1e-5 * Math.Sqrt(taps * depth) + 1e-5);
            }
        }
    }

    private static (int, int) OutputSize(Geometry g)
    {
        int Size(int size, int kernel) => g.Transposed
            ? (size - 1) * g.P.StrideH + (kernel - 1) * g.P.DilationH + 1 - 2 * g.P.PadTop
            : (size + 2 * g.P.PadTop - (kernel - 1) * g.P.DilationH - 1) / g.P.StrideH + 1;
        return (Size(g.InH, g.P.KernelH), Size(g.InW, g.P.KernelW));
    }

    private static void ForEachTap(Geometry g, int element, int outH, int outW, Action<int, int> visit)
    {
        int c = element % g.OutC, ox = element / g.OutC % outW, oy = element / g.OutC / outW % outH, n = element / g.OutC / outW / outH;
        int depth = g.InC / g.P.Groups, group = c / (g.OutC / g.P.Groups);
        for (int iy = 0; iy < g.InH; iy++)
        {
            for (int ix = 0; ix < g.InW; ix++)
            {
                for (int ky = 0; ky < g.P.KernelH; ky++)
                {
                    for (int kx = 0; kx < g.P.KernelW; kx++)
                    {
                        // A transposed convolution spreads what a convolution gathers.
                        (int fromY, int toY) = g.Transposed ? (oy, iy) : (iy, oy);
                        (int fromX, int toX) = g.Transposed ? (ox, ix) : (ix, ox);
                        if (fromY != toY * g.P.StrideH + ky * g.P.DilationH - g.P.PadTop || fromX != toX * g.P.StrideW + kx * g.P.DilationW - g.P.PadLeft) continue;
                        for (int k = 0; k < depth; k++)
                            visit(((n * g.InH + iy) * g.InW + ix) * g.InC + group * depth + k, ((c * g.P.KernelH + ky) * g.P.KernelW + kx) * depth + k);
                    }
                }
            }
        }
    }
}
