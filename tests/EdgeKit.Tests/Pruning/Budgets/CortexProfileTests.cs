using System.Globalization;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Pruning.Budgets;

/// <summary>The profiles that come with EdgeKit, held to what the ARM64 rig counted of four trained networks, none of which they were fitted to.</summary>
public class CortexProfileTests
{
    [Theory]
    [InlineData("cortex-a72", 10)]
    [InlineData("cortex-a76", 11)]
    public void Instructions_are_those_counted(string core, int column)
    {
        TargetProfile profile = ProfileFile.OfCore(core);
        var layers = File.ReadLines(GoldenFile.PathOf("instructions.csv")).Skip(1).Select(line => line.Split(',')).Select(cells =>
        {
            int[] n = [.. cells[2..10].Select(static c => int.Parse(c, CultureInfo.InvariantCulture))];
            var shape = new LayerShape(Enum.Parse<LayerKind>(cells[1], ignoreCase: true), true, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
            return (Network: cells[0], Shape: shape, Counted: double.Parse(cells[column], CultureInfo.InvariantCulture), Modelled: profile.InstructionsOf(shape));
        }).ToArray();
        Assert.Equal(182, layers.Length);
        Assert.InRange(layers.Average(static l => Math.Abs(l.Modelled / l.Counted - 1)), 0, 0.06);
        foreach (var network in layers.GroupBy(static l => l.Network))
            Assert.InRange(network.Sum(static l => l.Modelled) / network.Sum(static l => l.Counted), 0.94, 1.06);
    }

    [Fact]
    public void Times_are_told_for_float_too_and_rest_on_an_assumption()
    {
        TargetProfile profile = ProfileFile.OfCore("cortex-a72");
        var layer = new LayerShape(LayerKind.Dense, false, 64, 64, 14, 14);
        Assert.Equal(profile.InstructionsOf(layer) / 2.25e6, profile.For(int8: false).CostOf(layer), 9);
        Assert.Contains("2.25 instructions a nanosecond", profile.Assumption, StringComparison.Ordinal);
    }
}
