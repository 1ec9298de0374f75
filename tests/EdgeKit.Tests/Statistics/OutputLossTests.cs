using EdgeKit.Onnx;
using EdgeKit.Statistics;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Statistics;

/// <summary>What counts as a change of the outputs.</summary>
public sealed class OutputLossTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void What_is_joined_counts_by_itself_however_little_of_the_output_it_is(int axis)
    {
        int[] shape = axis == 1 ? [1, 5, 3, 3] : [1, 3, 5];
        Tensor[] pictures = [TestNet.Picture(shape, new Random(1)), TestNet.Picture(shape, new Random(2))];
        var loss = new OutputLoss(Net(shape, axis, 0.01f, 3), pictures);
        Assert.Equal(0, loss.Of(Net(shape, axis, 0.01f, 3)));
        Assert.Equal(1, loss.Of(Net(shape, axis, 0, 3)), 5);
        Assert.Equal(1.25, loss.Of(Net(shape, axis, 0, 4.5f)), 5);
    }

    [Fact]
    public void A_picture_that_shows_nothing_counts_little()
    {
        int[] shape = [1, 5, 3, 3];
        float[] faint = [.. TestNet.Picture(shape, new Random(1)).ToFloats().Select(static v => 1e-5f * v)];
        var loss = new OutputLoss(Net(shape, 1, 1, 1), [TestNet.Picture(shape, new Random(2)), Tensor.Of(faint, shape)]);
        // In each of two pieces an error as large as the signal where there is one; where there is next to none, hundreds of times what is there.
        Graph changed = Net(shape, 1, 2, 2, noise: 0.003f);
        Assert.Equal(2, loss.Of(changed), 1);
    }

    // The first channel by one factor, the others by another.
    private static Graph Net(int[] shape, int axis, float first, float others, float noise = 0)
    {
        var net = new TestNet();
        Value x = net.Input(shape);
        int at = axis < 0 ? axis + shape.Length : axis;
        Value Part(int from, int to, float factor) =>
            net.Op("Add", net.Op("Mul", net.Op("Slice", x, net.Ints(from), net.Ints(to), net.Ints(at)), net.Scalar(factor)), net.Scalar(noise));
        return net.Declutter(net.Op("Concat", [Part(0, 1, first), Part(1, 5, others)], ("axis", axis)));
    }
}
