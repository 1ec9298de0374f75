using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Reduce, Softmax, ArgMax, LayerNorm, Lrn and MatMul.</summary>
public sealed class ReductionOperatorTests
{
    public static TheoryData<ReduceFunction, int, int, int> Reductions()
    {
        var data = new TheoryData<ReduceFunction, int, int, int>();
        foreach (ReduceFunction f in Enum.GetValues<ReduceFunction>())
        {
            data.Add(f, 5, 7, 1);
            data.Add(f, 3, 11, 270);
            data.Add(f, 40, 30, 18);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reduce_equals_its_definition(ReduceFunction function, int outer, int extent, int inner)
    {
        float[] x = RandomValues.Floats(new Random(22), outer * extent * inner);
        float[] y = Run<float, float, AxisParameters>(OperatorKind.Reduce, new AxisParameters { Outer = outer, Extent = extent, Inner = inner, Variant = (int)function },
            [outer, 1, inner], (x, [outer, extent, inner]));
        for (int i = 0; i < y.Length; i++)
        {
            double[] line = Line(x, i, extent, inner);
            double expected = function switch
            {
                ReduceFunction.Mean => line.Average(),
                ReduceFunction.Sum => line.Sum(),
                ReduceFunction.Max => line.Max(),
                ReduceFunction.Min => line.Min(),
                ReduceFunction.Prod => line.Aggregate(1.0, static (p, v) => p * v),
                ReduceFunction.L1 => line.Sum(Math.Abs),
                _ => Math.Sqrt(line.Sum(static v => v * v)),
            };
            Assert.Equal(expected, y[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(ReduceFunction.Mean, 3, 49, 300)]
    [InlineData(ReduceFunction.Max, 2, 9, 37)]
    [InlineData(ReduceFunction.Min, 2, 9, 37)]
    public void Int8_reduce_equals_the_written_rule(ReduceFunction function, int outer, int extent, int inner)
    {
        sbyte[] x = RandomValues.Bytes(new Random(23), outer * extent * inner);
        (float scale, int zero) = function == ReduceFunction.Mean ? (0.021f, 9) : (0.05f, -4);
        using var harness = new OperatorHarness { Threads = 2 };
        harness.Tensor(x, [outer, extent, inner], 0.05f, -4);
        harness.Output<sbyte>([outer, 1, inner], scale, zero);
        sbyte[] y = harness.Run<sbyte, AxisParameters>(OperatorKind.Reduce, new AxisParameters { Outer = outer, Extent = extent, Inner = inner, Variant = (int)function });
        for (int i = 0; i < y.Length; i++)
        {
            double[] line = Line(Array.ConvertAll(x, static v => (float)v), i, extent, inner);
            float mean = (int)line.Sum(static v => v + 4) * (0.05f / (scale * extent));
            double expected = function switch
            {
                ReduceFunction.Mean => Math.Clamp((int)MathF.Round(mean, MidpointRounding.ToEven) + zero, -128, 127),
                ReduceFunction.Max => line.Max(),
                _ => line.Min(),
            };
            Assert.Equal(expected, y[i]);
        }
    }

    [Theory]
    [InlineData(4, 1000, 1)]
    [InlineData(40, 1003, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(200, 10, 20)]
    public void Softmax_and_its_logarithm_equal_their_definitions(int outer, int extent, int inner)
    {
        float[] x = Array.ConvertAll(RandomValues.Floats(new Random(24), outer * extent * inner), static v => 80 * v);
        for (int variant = 0; variant < 2; variant++)
        {
            float[] y = Run<float, float, AxisParameters>(OperatorKind.Softmax, new AxisParameters { Outer = outer, Extent = extent, Inner = inner, Variant = variant },
                [outer, extent, inner], (x, [outer, extent, inner]));
            double[] sums = [.. Enumerable.Range(0, outer * inner).Select(n => LogOfSum(Line(x, n, extent, inner)))];
            for (int i = 0; i < y.Length; i++)
            {
                double log = x[i] - sums[i / inner / extent * inner + i % inner];
                Assert.Equal(variant == 1 ? log : Math.Exp(log), y[i], variant == 1 ? 3e-5 : 1e-6);
            }
        }

        static double LogOfSum(double[] line)
        {
            double most = line.Max();
            return most + Math.Log(line.Sum(v => Math.Exp(v - most)));
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public void ArgMax_takes_the_first_or_the_last_of_equals(bool last, int expected)
    {
        var p = new AxisParameters { Outer = 2, Extent = 3, Inner = 2, Variant = last ? 1 : 0 };
        long[] wanted = [expected, 1, expected, 1];
        Assert.Equal(wanted, Run<float, long, AxisParameters>(OperatorKind.ArgMax, p, [2, 1, 2], ([5, 1, 4, 2, 5, 0, -1, -9, -2, -3, -1, -9], [2, 3, 2])));
        Assert.Equal(wanted, Run<sbyte, long, AxisParameters>(OperatorKind.ArgMax, p, [2, 1, 2], ([5, 1, 4, 2, 5, 0, -1, -9, -2, -3, -1, -9], [2, 3, 2])));
    }

    [Fact]
    public void LayerNorm_equals_its_definition()
    {
        const int rows = 60, extent = 301;
        var random = new Random(25);
        float[] x = Array.ConvertAll(RandomValues.Floats(random, rows * extent), static v => v + 5), scale = RandomValues.Floats(random, extent), bias = RandomValues.Floats(random, extent);
        float[] y = Run<float, float, NormParameters>(OperatorKind.LayerNorm, new NormParameters { A = 1e-5f }, [rows, extent], (x, [rows, extent]), (scale, [extent]), (bias, [extent]));
        for (int i = 0; i < y.Length; i++)
        {
            double[] line = Line(x, i / extent, extent, 1);
            double mean = line.Average(), variance = line.Average(v => (v - mean) * (v - mean));
            Assert.Equal((x[i] - mean) / Math.Sqrt(variance + 1e-5) * scale[i % extent] + bias[i % extent], y[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void Lrn_equals_its_definition(int size)
    {
        const int channels = 13;
        float[] x = Array.ConvertAll(RandomValues.Floats(new Random(26), 6 * channels), static v => 3 * v);
        float[] y = Run<float, float, NormParameters>(OperatorKind.Lrn, new NormParameters { A = 0.3f, B = 0.75f, C = 1.5f, Size = size }, [1, 2, 3, channels], (x, [1, 2, 3, channels]));
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0;
            for (int c = i % channels - (size - 1) / 2; c <= i % channels + size / 2; c++)
            {
                if (c is >= 0 and < channels) sum += (double)x[i / channels * channels + c] * x[i / channels * channels + c];
            }
            Assert.Equal(x[i] / Math.Pow(1.5 + 0.3 / size * sum, 0.75), y[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(false, 3, 17, 29, 23)]
    [InlineData(true, 3, 17, 29, 23)]
    [InlineData(false, 1, 9, 700, 301)]
    [InlineData(false, 2, 8, 33, 64)]
    public void MatMul_multiplies_batches(bool shared, int batch, int m, int k, int n)
    {
        var random = new Random(27);
        float[] a = RandomValues.Floats(random, batch * m * k), b = RandomValues.Floats(random, (shared ? 1 : batch) * k * n);
        float[] y = Run<float, float, MatMulParameters>(OperatorKind.MatMul, new MatMulParameters { Batch = batch, M = m, K = k, N = n, StrideA = m * k, StrideB = shared ? 0 : k * n },
            [batch, m, n], (a, [batch, m, k]), (b, [shared ? 1 : batch, k, n]));
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < k; j++) sum += (double)a[i / n * k + j] * b[(shared ? 0 : i / n / m * k * n) + j * n + i % n];
            Assert.Equal(sum, y[i], 3e-7 * k);
        }
    }

    private static double[] Line(float[] x, int i, int extent, int inner)
    {
        var line = new double[extent];
        for (int k = 0; k < extent; k++) line[k] = x[(i / inner * extent + k) * inner + i % inner];
        return line;
    }

    private static TOut[] Run<TIn, TOut, TParameters>(OperatorKind kind, TParameters parameters, int[] outDims, params (TIn[] Values, int[] Dims)[] inputs)
        where TIn : unmanaged
        where TOut : unmanaged
        where TParameters : unmanaged
    {
        TOut[]? single = null;
        foreach (int threads in (int[])[1, 2])
        {
            using var harness = new OperatorHarness { Threads = threads };
            foreach ((TIn[] values, int[] dims) in inputs) harness.Tensor(values, dims);
            harness.Output<TOut>(outDims);
            TOut[] y = harness.Run<TOut, TParameters>(kind, parameters);
            if (single is not null) Assert.Equal(single, y);
            single = y;
        }
        return single!;
    }
}
