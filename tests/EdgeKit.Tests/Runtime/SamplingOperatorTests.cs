using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>GridSample and WeightedGather; every tensor ends at a guard page.</summary>
public sealed class SamplingOperatorTests
{
    public static TheoryData<SampleMode, SamplePadding, int> Forms()
    {
        var data = new TheoryData<SampleMode, SamplePadding, int>();
        foreach (SampleMode mode in Enum.GetValues<SampleMode>())
        {
            foreach (SamplePadding padding in Enum.GetValues<SamplePadding>())
            {
                data.Add(mode, padding, 0);
                data.Add(mode, padding, 1);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Wild_positions_read_only_the_map(SampleMode mode, SamplePadding padding, int align)
    {
        float[] wild = [0, 1, -1, 1e30f, -1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, float.MaxValue, 2.5f, -7.1f];
        float[] places = [.. wild.SelectMany(x => wild.Select(y => (x, y))).SelectMany(static p => (float[])[p.x, p.y])];
        foreach (int inElements in (int[])[0, 1])
        {
            // A map of one element has no room to be reflected in.
            foreach ((int height, int width) in ((int, int)[])[(3, 4), (1, 1)])
            {
                float[] map = new float[height * width * 5];
                Array.Fill(map, 1);
                var p = new GridSampleParameters { Mode = mode, Padding = padding, AlignCorners = align, InElements = inElements };
                float[] y = Sample(p, map, [1, height, width, 5], places, [1, wild.Length, wild.Length, 2], threads: 2);
                // Weights add up to 1, so a map of ones gives ones wherever nothing is padded with zeros.
                if (padding != SamplePadding.Zeros) Assert.All(y, static v => Assert.Equal(1, v, 1e-5));
                else Assert.All(y, static v => Assert.InRange(v, -0.5f, 1.5f));
            }
        }
    }

    [Theory]
    [InlineData(SampleMode.Nearest)]
    [InlineData(SampleMode.Linear)]
    [InlineData(SampleMode.Cubic)]
    public void Positions_of_elements_give_the_elements(SampleMode mode)
    {
        const int height = 5, width = 6, channels = 7;
        float[] map = RandomValues.Floats(new Random(3), 2 * height * width * channels);
        float[] places = [.. Enumerable.Range(0, 2 * height * width).SelectMany(static i => (float[])[i % width, i / width % height])];
        var p = new GridSampleParameters { Mode = mode, InElements = 1 };
        Assert.Equal(map, Sample(p, map, [2, height, width, channels], places, [2, height, width, 2], threads: 1));
        Assert.Equal(map, Sample(p, map, [2, height, width, channels], places, [2, height, width, 2], threads: 2));
    }

    [Theory]
    [InlineData(3, 7, 1)]
    [InlineData(2, 5, 9)]
    [InlineData(40, 30, 18)]
    public void Weighted_gather_equals_its_definition(int outer, int extent, int inner)
    {
        const int taps = 3;
        int count = extent + 2;
        var random = new Random(extent);
        float[] x = RandomValues.Floats(random, outer * extent * inner), weights = RandomValues.Floats(random, count * taps);
        int[] sources = [.. Enumerable.Range(0, count * taps).Select(_ => random.Next(extent))];
        float[]? single = null;
        foreach (int threads in (int[])[1, 2])
        {
            using var harness = new OperatorHarness { Threads = threads, Repeat = 2 };
            harness.Tensor(x, [outer, extent, inner]);
            harness.Tensor(sources, [count, taps]);
            harness.Tensor(weights, [count, taps]);
            harness.Output<float>([outer, count, inner]);
            float[] y = harness.Run<float, AxisParameters>(OperatorKind.WeightedGather, new AxisParameters { Outer = outer, Extent = extent, Inner = inner, Variant = taps });
            Assert.Equal(0, harness.Allocated);
            for (int i = 0; i < y.Length; i++)
            {
                int row = i / inner % count;
                double sum = 0;
                for (int t = 0; t < taps; t++) sum += (double)weights[row * taps + t] * x[(i / inner / count * extent + sources[row * taps + t]) * inner + i % inner];
                Assert.Equal(sum, y[i], 1e-6);
            }
            if (single is not null) Assert.Equal(single, y);
            single = y;
        }
    }

    private static float[] Sample(GridSampleParameters p, float[] map, int[] mapDims, float[] places, int[] placeDims, int threads)
    {
        using var harness = new OperatorHarness { Threads = threads, Repeat = 2 };
        harness.Tensor(map, mapDims);
        harness.Tensor(places, placeDims);
        harness.Output<float>([placeDims[0], placeDims[1], placeDims[2], mapDims[3]]);
        float[] y = harness.Run<float, GridSampleParameters>(OperatorKind.GridSample, p);
        Assert.Equal(0, harness.Allocated);
        return y;
    }
}
