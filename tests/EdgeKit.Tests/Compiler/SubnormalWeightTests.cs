using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>Weights below the least normal float, which x64 is slow at, are not in a plan.</summary>
public sealed class SubnormalWeightTests
{
    [Theory]
    [InlineData(1e-39f, 0)]
    [InlineData(1.2e-38f, 1.2e-38f * 1e30f)]
    public void Weights_that_are_subnormal_count_as_0(float weight, float expected)
    {
        var net = new TestNet();
        Value large = net.Op("Mul", net.Op("Abs", net.Input(1, 2, 3, 3)), net.Scalar(0));
        Value x = net.Op("Add", large, net.Scalar(1e30f));
        Graph graph = net.Declutter(net.Op("Conv", x, net.Floats([weight, 0, 0, weight], 2, 2, 1, 1), net.Floats([0, 1e-39f], 2)));
        Assert.All(ZooPlans.Run(graph).Outputs[0], y => Assert.Equal(expected, y));
    }
}
