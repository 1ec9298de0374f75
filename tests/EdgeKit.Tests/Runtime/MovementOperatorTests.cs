using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Copy, Gather, Fill and Resize.</summary>
public sealed unsafe class MovementOperatorTests
{
    private static CopyParameters Copy(int inOffset, int outOffset, params (int Dim, int In, int Out)[] dims)
    {
        CopyParameters p = default;
        (p.Rank, p.InOffset, p.OutOffset) = (dims.Length, inOffset, outOffset);
        for (int i = 0; i < dims.Length; i++) (p.Dims[i], p.InStride[i], p.OutStride[i]) = dims[i];
        return p;
    }

    public static TheoryData<(int, int, int)[], int, int> Copies() => new()
    {
        { [(120, 1, 1)], 0, 0 },
        { [(6, 20, 1), (20, 1, 6)], 0, 0 },
        { [(2, 60, 60), (3, 20, 1), (20, 1, 3)], 0, 0 },
        { [(2, 60, 60), (5, 4, 12), (3, 20, 4), (4, 1, 1)], 0, 0 },
        { [(6, -20, 20), (20, 1, 1)], 100, 0 },
        { [(10, 0, 12), (12, 1, 1)], 7, 0 },
        { [(60, 1, 2), (2, 60, 1)], 0, 0 },
        { [(2, 60, 60), (29, 1, 2), (2, 31, 1)], 0, 1 },
        { [(4, 30, 30), (7, 1, 2), (2, 9, 1)], 3, 2 },
        { [(3, 40, 40), (16, 1, 2), (2, -20, 1)], 20, 0 },
        { [(3, 40, 20), (5, 8, 4), (4, 2, 1)], 1, 30 },
        { [(2, 60, 60), (3, 20, 20), (1, 0, 0), (2, 10, 10), (5, 2, 2), (2, 1, 1)], 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Copies))]
    public void Copy_follows_the_strides((int, int, int)[] dims, int inOffset, int outOffset)
    {
        sbyte[] bytes = RandomValues.Bytes(new Random(18), 120);
        CheckCopy(bytes, dims, inOffset, outOffset);
        CheckCopy(Array.ConvertAll(bytes, static v => (float)v), dims, inOffset, outOffset);
        CheckCopy(Array.ConvertAll(bytes, static v => (long)v), dims, inOffset, outOffset);
    }

    private static void CheckCopy<T>(T[] x, (int Dim, int In, int Out)[] dims, int inOffset, int outOffset) where T : unmanaged
    {
        using var harness = new OperatorHarness();
        harness.Tensor(x, [120]);
        harness.Tensor(new T[120], [120]);
        T[] y = harness.Run<T, CopyParameters>(OperatorKind.Copy, Copy(inOffset, outOffset, dims));
        var expected = new T[120];
        int total = dims.Aggregate(1, static (n, d) => n * d.Dim);
        for (int i = 0; i < total; i++)
        {
            (int rest, int from, int to) = (i, inOffset, outOffset);
            foreach ((int dim, int inStep, int outStep) in dims.Reverse())
            {
                from += rest % dim * inStep;
                to += rest % dim * outStep;
                rest /= dim;
            }
            expected[to] = x[from];
        }
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(30, 40, 50)]
    [InlineData(1, 130, 301)]
    [InlineData(2, 9, 700)]
    public void Copy_splits_among_threads(int planes, int height, int width)
    {
        int plane = height * width;
        sbyte[] x = RandomValues.Bytes(new Random(19), planes * plane);
        using var harness = new OperatorHarness { Threads = 3 };
        harness.Tensor(x, [planes, height, width]);
        harness.Output<sbyte>([planes, width, height]);
        sbyte[] y = harness.Run<sbyte, CopyParameters>(OperatorKind.Copy, Copy(0, 0, (planes, plane, plane), (width, 1, height), (height, width, 1)));
        for (int i = 0; i < y.Length; i++) Assert.Equal(x[i / plane * plane + i % height * width + i / height % width], y[i]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(300, 2)]
    public void Gather_selects_along_an_axis(int inner, int threads)
    {
        int[] indices = [3, 0, 0, 2];
        sbyte[] codes = RandomValues.Bytes(new Random(20), 20 * 4 * inner);
        float[] reals = Array.ConvertAll(codes, static v => (float)v);
        var p = new AxisParameters { Outer = 20, Extent = 4, Inner = inner };
        using var int8 = new OperatorHarness { Threads = threads };
        int8.Tensor(codes, [20, 4, inner]);
        int8.Tensor(indices, [4]);
        int8.Output<sbyte>([20, 4, inner]);
        sbyte[] y = int8.Run<sbyte, AxisParameters>(OperatorKind.Gather, p);
        using var real = new OperatorHarness { Threads = threads };
        real.Tensor(reals, [20, 4, inner]);
        real.Tensor(indices, [4]);
        real.Output<float>([20, 4, inner]);
        float[] f = real.Run<float, AxisParameters>(OperatorKind.Gather, p);
        for (int i = 0; i < y.Length; i++)
        {
            int from = (i / inner / 4 * 4 + indices[i / inner % 4]) * inner + i % inner;
            Assert.Equal(codes[from], y[i]);
            Assert.Equal(reals[from], f[i]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fill_sets_every_element(int gap)
    {
        var p = new FillParameters { Float = 2.5f, Int8 = -7 };
        using var int8 = new OperatorHarness();
        int8.Output<sbyte>([1, 20, 30, 9], 1, 0, gap);
        Assert.All(int8.Run<sbyte, FillParameters>(OperatorKind.Fill, p), static v => Assert.Equal(-7, v));
        using var real = new OperatorHarness();
        real.Output<float>([1, 2, 3, 9], gap: gap);
        Assert.All(real.Run<float, FillParameters>(OperatorKind.Fill, p), static v => Assert.Equal(2.5f, v));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(8, false)]
    [InlineData(21, true)]
    public void Resize_equals_the_written_rule(int channels, bool linear)
    {
        const int n = 2, h = 5, w = 4, outH = 23, outW = 19;
        var random = new Random(21);
        int[] rows = [.. Enumerable.Range(0, 2 * outH).Select(_ => random.Next(h))], columns = [.. Enumerable.Range(0, 2 * outW).Select(_ => random.Next(w))];
        float[] fy = Array.ConvertAll(RandomValues.Floats(random, outH), Math.Abs), fx = Array.ConvertAll(RandomValues.Floats(random, outW), Math.Abs);
        sbyte[] codes = RandomValues.Bytes(random, n * h * w * channels);
        float[] reals = RandomValues.Floats(random, codes.Length);
        sbyte[] y = Resize(codes, 2);
        float[] f = Resize(reals, 1);
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % channels, ox = i / channels % outW, oy = i / channels / outW % outH, b = i / channels / outW / outH;
            int At(int lowerRow, int rightColumn) => ((b * h + rows[lowerRow * outH + oy]) * w + columns[rightColumn * outW + ox]) * channels + c;
            float Mix(Func<int, float> v)
            {
                float top = v(At(0, 0)) + (v(At(0, 1)) - v(At(0, 0))) * fx[ox], bottom = v(At(1, 0)) + (v(At(1, 1)) - v(At(1, 0))) * fx[ox];
                return top + (bottom - top) * fy[oy];
            }
            Assert.Equal(linear ? (sbyte)MathF.Round(Mix(k => codes[k]), MidpointRounding.ToEven) : codes[At(0, 0)], y[i]);
            Assert.Equal(linear ? Mix(k => reals[k]) : reals[At(0, 0)], f[i]);
        }

        T[] Resize<T>(T[] x, int gap) where T : unmanaged
        {
            using var harness = new OperatorHarness { Threads = 2 };
            harness.Tensor(x, [n, h, w, channels], 1, 0, gap);
            harness.Tensor(rows, [2, outH]);
            harness.Tensor(columns, [2, outW]);
            harness.Tensor(fy, [outH]);
            harness.Tensor(fx, [outW]);
            harness.Output<T>([n, outH, outW, channels], 1, 0, 2 * gap);
            return harness.Run<T, ResizeParameters>(OperatorKind.Resize, new ResizeParameters { Linear = linear ? 1 : 0 });
        }
    }
}
