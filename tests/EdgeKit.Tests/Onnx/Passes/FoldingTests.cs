using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx.Passes;

public sealed class FoldingTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(6, false)]
    public void Batch_normalisation_folds_into_a_convolution(int group, bool bias)
    {
        var net = new TestNet();
        Value y = net.Norm(net.Conv(net.Input(1, 6, 5, 5), 12, 6, kernel: 3, group, bias), 12);
        Graph folded = net.Declutter(y);
        Assert.Equal(["Conv"], TestNet.Ops(folded));
        Assert.Equal(y.Name, folded.Outputs[0].Name);
    }

    // Kernels add one number a column; a matrix of the same number of elements as there are columns must not pass for that.
    [Theory]
    [InlineData(new[] { 5 }, 1f, "Gemm")]
    [InlineData(new[] { 1 }, 1f, "Gemm")]
    [InlineData(new[] { 5, 5 }, 1f, "Gemm Add")]
    [InlineData(new[] { 5, 1 }, 1f, "Gemm Add")]
    [InlineData(new[] { 5, 5 }, 0.5f, "Gemm Add")]
    public void A_bias_by_row_is_added_behind_a_product(int[] bias, float beta, string operators)
    {
        var net = new TestNet();
        Value y = net.Op("Gemm", [net.Input(5, 7), net.Random(-1, 1, 7, 5), net.Random(-1, 1, bias)], ("beta", beta));
        Assert.Equal(operators.Split(' '), TestNet.Ops(net.Declutter(y)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Batch_normalisation_folds_into_a_transposed_convolution(int group)
    {
        var net = new TestNet();
        Value x = net.Op("ConvTranspose", [net.Input(1, 4, 5, 5), net.Random(-1, 1, 4, 3, 2, 2)], ("strides", new[] { 2, 2 }), ("group", group));
        Assert.Equal(["ConvTranspose"], TestNet.Ops(net.Declutter(net.Norm(x, 3 * group))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Batch_normalisation_folds_into_a_fully_connected_layer(int transB)
    {
        var net = new TestNet();
        Value weights = transB == 1 ? net.Random(-1, 1, 5, 7) : net.Random(-1, 1, 7, 5);
        Value x = net.Op("Gemm", [net.Input(2, 7), weights, net.Random(-1, 1, 1, 5)], ("transB", transB), ("alpha", 0.5f), ("beta", 2f));
        Assert.Equal(["Gemm"], TestNet.Ops(net.Declutter(net.Norm(x, 5))));
    }

    [Fact]
    public void Folded_statistics_are_kept_by_the_name_of_the_convolution()
    {
        var net = new TestNet();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 4, 3);
        Value y = net.Norm(conv, 4);
        float[] gamma = y.Producer!.ConstantInput(1)!.ToFloats();
        float[] variance = y.Producer!.ConstantInput(4)!.ToFloats();
        net.Declutter(y);
        BatchNormStatistics kept = Assert.Single(net.Statistics, p => p.Key == conv.Producer!.Name).Value;
        Assert.Equal(gamma, kept.Gamma);
        Assert.Equal(variance, kept.Variance);
    }

    [Fact]
    public void Kept_statistics_follow_what_is_folded_later()
    {
        var net = new TestNet();
        Value norm = net.Norm(net.Conv(net.Input(1, 3, 4, 4), 4, 3), 4);
        Value y = net.Op("Add", net.Op("Mul", norm, net.Scalar(2)), net.Scalar(1));
        float[] gamma = norm.Producer!.ConstantInput(1)!.ToFloats();
        float[] beta = norm.Producer!.ConstantInput(2)!.ToFloats();
        net.Declutter(y);
        BatchNormStatistics kept = Assert.Single(net.Statistics).Value;
        Assert.Equal(gamma.Select(static g => 2 * g), kept.Gamma);
        Assert.Equal(beta.Select(static b => (2 * b) + 1), kept.Beta);
    }

    [Fact]
    public void Batch_normalisation_stays_where_the_convolution_is_read_elsewhere_or_there_is_none()
    {
        var net = new TestNet();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 3);
        Value y = net.Norm(net.Op("Add", net.Norm(conv, 3), conv), 3);
        Assert.Equal(["Conv", "BatchNormalization", "Add", "BatchNormalization"], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void Weights_that_two_convolutions_share_are_folded_apart()
    {
        var net = new TestNet();
        Value x = net.Input(1, 3, 4, 4);
        Value w = net.Random(-1, 1, 3, 3, 1, 1);
        Value y = net.Op("Add", net.Norm(net.Op("Conv", x, w), 3), net.Op("Conv", x, w));
        Assert.Equal(["Conv", "Conv", "Add"], TestNet.Ops(net.Declutter(y)));
    }

    [Theory]
    [InlineData("Add", false)]
    [InlineData("Add", true)]
    [InlineData("Sub", false)]
    [InlineData("Sub", true)]
    [InlineData("Mul", false)]
    [InlineData("Mul", true)]
    [InlineData("Div", false)]
    public void Arithmetic_with_a_constant_per_channel_folds(string op, bool constantFirst)
    {
        foreach (int[] shape in (int[][])[[1, 4, 1, 1], [4, 1, 1], [], [1]])
        {
            var net = new TestNet();
            Value conv = net.Conv(net.Input(1, 3, 5, 6), 4, 3, kernel: 3, bias: false);
            Value constant = net.Random(0.5f, 2, shape);
            Value y = constantFirst ? net.Op(op, constant, conv) : net.Op(op, conv, constant);
            Assert.Equal(["Conv"], TestNet.Ops(net.Declutter(y)));
        }
    }

    [Fact]
    public void Arithmetic_that_is_not_per_channel_stays()
    {
        // [4] meets the last axis, which is the width.
        var net = new TestNet();
        Value y = net.Op("Add", net.Conv(net.Input(1, 3, 4, 4), 4, 3), net.Random(-1, 1, 4));
        Assert.Equal(["Conv", "Add"], TestNet.Ops(net.Declutter(y)));

        net = new TestNet();
        y = net.Op("Div", net.Random(1, 2, 1, 4, 1, 1), net.Conv(net.Input(1, 3, 4, 4), 4, 3));
        Assert.Equal(["Conv", "Div"], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void Matrix_product_and_bias_become_one_layer()
    {
        var net = new TestNet();
        Value y = net.Op("Add", net.Random(-1, 1, 5), net.Op("MatMul", net.Input(1, 7), net.Random(-1, 1, 7, 5)));
        Graph after = net.Declutter(y);
        Node gemm = Assert.Single(after.Nodes);
        Assert.Equal("Gemm", gemm.OpType);
        Assert.Equal(3, gemm.Inputs.Count);
    }

    [Fact]
    public void Padding_with_zeros_folds_into_a_convolution()
    {
        var net = new TestNet();
        Value padded = net.Op("Pad", net.Input(1, 3, 6, 6), net.Ints(0, 0, 1, 2, 0, 0, 0, 3));
        Node conv = Assert.Single(net.Declutter(net.Conv(padded, 4, 3, kernel: 3)).Nodes);
        Assert.Equal([2, 3, 1, 4], conv.Attributes.Ints("pads")!);
    }

    [Theory]
    [InlineData(0f, 0, 1, true)]
    [InlineData(1f, 0, 1, false)]
    [InlineData(0f, 1, 1, false)]
    [InlineData(0f, 0, 3, false)]
    public void Padding_folds_into_an_average_pool_only_where_it_is_exact(float value, int ownPad, int pad, bool folds)
    {
        // A pool with padding of its own that does not count it divides border windows by less; one of kernel 3 may not lie in the padding altogether.
        var net = new TestNet();
        Value padded = net.Op("Pad", net.Input(1, 3, 8, 8), net.Ints(0, 0, pad, pad, 0, 0, pad, pad), net.Scalar(value));
        Value y = net.Op("AveragePool", [padded], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("pads", new[] { ownPad, ownPad, ownPad, ownPad }));
        Assert.Equal(folds ? ["AveragePool"] : ["Pad", "AveragePool"], TestNet.Ops(net.Declutter(y)));
    }

    [Theory]
    [InlineData(0f, false)]
    [InlineData(float.NegativeInfinity, true)]
    public void Padding_folds_into_a_max_pool_only_below_everything(float value, bool folds)
    {
        var net = new TestNet();
        Value padded = net.Op("Pad", net.Input(1, 3, 8, 8), net.Ints(0, 0, 0, 0, 0, 0, 1, 1), net.Scalar(value));
        Value y = net.Op("MaxPool", [padded], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }));
        Assert.Equal(folds ? ["MaxPool"] : ["Pad", "MaxPool"], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void Padding_of_channels_and_its_slices_stay()
    {
        // ResNet's option-A shortcut: x[:, :, ::2, ::2] with zero channels around.
        var net = new TestNet();
        Value x = net.Input(1, 4, 8, 8);
        Value rows = net.Op("Slice", x, net.Ints(0), net.Ints(int.MaxValue), net.Ints(-2), net.Ints(2));
        Value half = net.Op("Slice", rows, net.Ints(0), net.Ints(int.MaxValue), net.Ints(3), net.Ints(2));
        Value y = net.Conv(net.Op("Pad", half, net.Ints(0, 2, 0, 0, 0, 2, 0, 0)), 4, 8, kernel: 3);
        Assert.Equal(["Slice", "Pad", "Conv"], TestNet.Ops(net.Declutter(y)));
    }
}
