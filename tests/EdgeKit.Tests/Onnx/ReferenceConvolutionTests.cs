using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferenceConvolutionTests
{
    private static readonly Tensor OneToNine = Tensor.Of([1f, 2, 3, 4, 5, 6, 7, 8, 9], 1, 1, 3, 3);

    [Fact]
    public void A_kernel_that_its_own_rotation_equals_gives_the_textbook_result() =>
        TensorAssert.Equal(One("Conv", [OneToNine, Tensor.Of([1f, 0, 0, 1], 1, 1, 2, 2)]), [1, 1, 2, 2], 6f, 8, 12, 14);

    [Fact]
    public void The_kernel_is_not_flipped() =>
        // Flipped it would be 1*5 + 2*4 + 3*2 + 4*1 = 23 at first.
        TensorAssert.Equal(One("Conv", [OneToNine, Tensor.Of([1f, 2, 3, 4], 1, 1, 2, 2)]), [1, 1, 2, 2], 37f, 47, 67, 77);

    [Theory]
    [InlineData(5, 3, 1, 0, 1, 3)]
    [InlineData(224, 3, 1, 1, 1, 224)]
    [InlineData(224, 3, 2, 1, 1, 112)]
    [InlineData(7, 7, 1, 0, 1, 1)]
    [InlineData(10, 3, 1, 0, 2, 6)]
    [InlineData(8, 2, 1, 0, 1, 7)]
    public void Output_size_follows_kernel_stride_padding_and_dilation(int size, int kernel, int stride, int pad, int dilation, int expected)
    {
        Tensor y = One("Conv", [Tensor.Zeros(ElementType.Float, 1, 1, size), Tensor.Zeros(ElementType.Float, 1, 1, kernel)],
            ("strides", new[] { stride }), ("pads", new[] { pad, pad }), ("dilations", new[] { dilation }));
        Assert.Equal([1, 1, expected], y.Shape);
    }

    [Theory]
    [InlineData(224, 3, 2, 0, 1)]
    [InlineData(8, 2, 1, 0, 1)]
    [InlineData(7, 3, 2, 1, 1)]
    [InlineData(9, 5, 4, 2, 2)]
    public void Same_padding_gives_the_size_over_the_stride_rounded_up(int size, int kernel, int stride, int before, int after)
    {
        Tensor x = Counting(1, 1, size), w = Ones(1, 1, kernel);
        (string, object) strides = ("strides", new[] { stride });
        Tensor same = One("Conv", [x, w], strides, ("auto_pad", "SAME_UPPER"));
        Assert.Equal((size + stride - 1) / stride, same.Shape[2]);
        Assert.Equal(One("Conv", [x, w], strides, ("pads", new[] { before, after })).ToFloats(), same.ToFloats());
        Tensor lower = One("Conv", [x, w], strides, ("auto_pad", "SAME_LOWER"));
        Assert.Equal(One("Conv", [x, w], strides, ("pads", new[] { after, before })).ToFloats(), lower.ToFloats());
    }

    [Fact]
    public void Groups_see_their_own_channels_only()
    {
        Tensor x = Tensor.Of([1f, 10, 100, 1000], 1, 4, 1, 1), w = Tensor.Of([1f, 2, 3, 4], 2, 2, 1, 1);
        TensorAssert.Equal(One("Conv", [x, w, Vector(0.5f, 0)], ("group", 2)), [1, 2, 1, 1], 21.5f, 4300);
    }

    [Fact]
    public void Depthwise_filters_each_channel()
    {
        Tensor x = Tensor.Of([1f, 2, 3, 4], 1, 2, 2), w = Tensor.Of([1f, 1, 1, -1], 2, 1, 2);
        TensorAssert.Equal(One("Conv", [x, w], ("group", 2)), [1, 2, 1], 3f, -1);
    }

    [Fact]
    public void Two_layers_of_dilation_2_see_nine_elements()
    {
        Tensor w = Ones(1, 1, 3);
        Tensor impulse = Tensor.Zeros(ElementType.Float, 1, 1, 21);
        impulse.AsSpan<float>()[10] = 1;
        (string, object)[] attributes = [("dilations", new[] { 2 }), ("pads", new[] { 2, 2 })];
        float[] once = One("Conv", [impulse, w], attributes).ToFloats();
        float[] twice = One("Conv", [One("Conv", [impulse, w], attributes), w], attributes).ToFloats();
        Assert.Equal(5, Array.FindLastIndex(once, v => v != 0) - Array.FindIndex(once, v => v != 0) + 1);
        Assert.Equal(9, Array.FindLastIndex(twice, v => v != 0) - Array.FindIndex(twice, v => v != 0) + 1);
    }

    [Fact]
    public void Three_layers_of_strides_1_2_2_see_nine_elements()
    {
        // From the input on: 3, 5, 9.
        int Seen(params int[] strides)
        {
            int seen = 0;
            for (int at = 0; at < 32; at++)
            {
                Tensor x = Tensor.Zeros(ElementType.Float, 1, 1, 32);
                x.AsSpan<float>()[at] = 1;
                foreach (int stride in strides) x = One("Conv", [x, Ones(1, 1, 3)], ("strides", new[] { stride }));
                if (x.AsSpan<float>()[1] != 0) seen++;
            }
            return seen;
        }

        Assert.Equal([3, 5, 9], [Seen(1), Seen(1, 2), Seen(1, 2, 2)]);
    }

    [Fact]
    public void Many_columns_and_rows_agree_with_plain_sums()
    {
        // Sizes that leave a tail of rows and columns in every blocked loop.
        var values = new SeededValues(7);
        Tensor x = values.Ints<int>(-3, 3, 1, 5, 13, 29), w = values.Ints<int>(-3, 3, 7, 5, 3, 3);
        float[] y = One("Conv", [Floats(x), Floats(w)], ("pads", new[] { 1, 1, 1, 1 })).ToFloats();
        int[] xs = x.ToInt32s(), ws = w.ToInt32s();
        for (int i = 0; i < y.Length; i++)
        {
            (int m, int oy, int ox) = (i / (13 * 29), i / 29 % 13, i % 29);
            int sum = 0;
            for (int c = 0; c < 5; c++)
                for (int k = 0; k < 9; k++)
                {
                    (int iy, int ix) = (oy + k / 3 - 1, ox + k % 3 - 1);
                    if (iy >= 0 && iy < 13 && ix >= 0 && ix < 29) sum += xs[(c * 13 + iy) * 29 + ix] * ws[(m * 5 + c) * 9 + k];
                }
            Assert.Equal(sum, y[i]);
        }

        static Tensor Floats(Tensor t) => Tensor.Of(t.ToFloats(), t.Shape);
    }

    [Fact]
    public void Transposed_2x2_with_kernel_3_and_stride_2_gives_5x5()
    {
        Tensor y = One("ConvTranspose", [Ones(1, 1, 2, 2), Ones(1, 1, 3, 3)], ("strides", new[] { 2, 2 }));
        TensorAssert.Equal(y, [1, 1, 5, 5],
            1f, 1, 2, 1, 1,
            1, 1, 2, 1, 1,
            2, 2, 4, 2, 2,
            1, 1, 2, 1, 1,
            1, 1, 2, 1, 1);
    }

    [Theory]
    [InlineData(4, 3, 1, 0, 0, 1, 6)]
    [InlineData(4, 3, 2, 1, 1, 1, 8)]
    [InlineData(4, 4, 2, 1, 0, 1, 8)]
    [InlineData(5, 3, 3, 0, 2, 2, 19)]
    public void Transposed_size_follows_the_general_form(int size, int kernel, int stride, int pad, int outputPadding, int dilation, int expected)
    {
        Tensor y = One("ConvTranspose", [Ones(1, 1, size), Ones(1, 1, kernel)], ("strides", new[] { stride }), ("pads", new[] { pad, pad }),
            ("output_padding", new[] { outputPadding }), ("dilations", new[] { dilation }));
        Assert.Equal([1, 1, expected], y.Shape);
    }

    [Fact]
    public void Transposed_scatters_the_kernel_as_it_is()
    {
        Tensor x = Tensor.Of([1f, 10], 1, 1, 2), w = Tensor.Of([1f, 2, 3], 1, 1, 3);
        TensorAssert.Equal(One("ConvTranspose", [x, w, Vector(0.5f)]), [1, 1, 4], 1.5f, 12.5f, 23.5f, 30.5f);
    }
}
