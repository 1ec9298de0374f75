using System.Diagnostics;
using System.Globalization;
using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Damaged files are read or refused in one line, soon and without a lot of memory; EDGEKIT_FUZZ sets how many are tried.</summary>
public sealed class MutationTests
{
    private const int MaxMilliseconds = 2000;
    private const long MaxParseBytes = 16 << 20;

    private static readonly byte[][] Models = [Classifier().ToBytes(), Quantized().ToBytes(), Shapes().ToBytes()];

    [Fact]
    public void The_undamaged_models_are_fine() => Assert.All(Models, static bytes =>
    {
        Graph graph = OnnxFile.Parse(bytes, "fine");
        ShapeInference.Run(graph);
        Assert.NotEmpty(OnnxFile.Serialize(graph));
    });

    [Fact]
    public void A_damaged_model_is_read_or_refused()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("EDGEKIT_FUZZ") ?? "300", CultureInfo.InvariantCulture);
        int refused = 0;
        for (int seed = 0; seed < count; seed++)
        {
            byte[] damaged = Damage(new Random(seed));
            long start = Stopwatch.GetTimestamp();
            try
            {
                Exercise(damaged, seed);
            }
            catch (ModelException e)
            {
                refused++;
                Assert.False(e.Message.Contains('\n', StringComparison.Ordinal), $"seed {seed}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.True(elapsed < MaxMilliseconds, $"seed {seed} took {elapsed} ms");
        }
        Assert.InRange(refused, count / 10, count - 1);
    }

    private static void Exercise(byte[] bytes, int seed)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Graph graph;
        try
        {
            graph = OnnxFile.Parse(bytes, "damaged.onnx");
        }
        catch (ModelException e)
        {
            Assert.StartsWith("damaged.onnx: ", e.Message, StringComparison.Ordinal);
            throw;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxParseBytes, $"seed {seed} allocated {allocated} bytes");
        }
        OnnxFile.Serialize(graph);
        ShapeInference.Run(graph);
        Assert.All(graph.Values, static v => Assert.NotEqual(ElementType.Undefined, v.Type));
        OnnxFile.Serialize(graph);
    }

    private static byte[] Damage(Random random)
    {
        byte[] model = Models[random.Next(Models.Length)];
        int at = random.Next(model.Length);
        switch (random.Next(4))
        {
            case 0:
                return model[..at];
            case 1:
                byte[] other = Models[random.Next(Models.Length)];
                int from = random.Next(other.Length);
                return [.. model[..at], .. other[from..Math.Min(other.Length, from + random.Next(64))], .. model[Math.Min(model.Length, at + random.Next(64))..]];
            case 2:
                byte[] overwritten = [.. model];
                overwritten[at] = (byte)random.Next(256);
                return overwritten;
            default:
                byte[] flipped = [.. model];
                for (int i = random.Next(8); i >= 0; i--) flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
        }
    }

    private static OnnxModelBuilder Classifier() => new OnnxModelBuilder(9).Input("x", -1, 3, 8, 8)
        .Constant("w", Tensor.Zeros(ElementType.Float, 4, 3, 3, 3)).Constant("s", Tensor.Zeros(ElementType.Float, 4)).Constant("fc", Tensor.Zeros(ElementType.Float, 4, 5))
        .Node("Conv", "x w", "a", ("kernel_shape", new[] { 3, 3 }), ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 }))
        .Node("BatchNormalization", "a s s s s", "b", ("epsilon", 1e-3f)).Node("Clip", "b", "c", ("min", 0f), ("max", 6f))
        .Node("Upsample", "c up", "d", ("mode", "nearest")).Constant("up", Tensor.Of([1f, 1f, 2f, 2f], 4))
        .Node("MaxPool", "d", "e", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })).Node("GlobalAveragePool", "e", "f").Node("Flatten", "f", "g")
        .Node("Gemm", "g fc", "h", ("alpha", 1f)).Node("Softmax", "h", "y", ("axis", 1)).Output("y");

    private static OnnxModelBuilder Quantized() => new OnnxModelBuilder(13).Input("x", 1, 2, 6, 6)
        .Constant("sx", Tensor.Scalar(0.1f)).Constant("zx", Tensor.Scalar((byte)128)).Constant("w", Tensor.Zeros(ElementType.Int8, 2, 2, 3, 3))
        .Constant("sw", Tensor.Of([0.1f, 0.2f], 2)).Constant("zw", Tensor.Zeros(ElementType.Int8, 2))
        .Node("QuantizeLinear", "x sx zx", "q").Node("DequantizeLinear", "q sx zx", "dq").Node("DequantizeLinear", "w sw zw", "dw", ("axis", 0))
        .Node("Conv", "dq dw", "c", ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", "c", "r").Node("QuantizeLinear", "r sx", "qr").Node("DequantizeLinear", "qr sx", "dr")
        .NodeOf("com.microsoft", "QLinearAdd", "q sx zx qr sx zx sx zx", "sum").Output("dr", "sum");

    private static OnnxModelBuilder Shapes() => new OnnxModelBuilder(17).Input("x", 1, 4, 4, 6)
        .Node("Shape", "x", "shape").Node("Constant", "", "one", ("value", Tensor.Vector(1))).Node("Gather", "shape one", "channels").Constant("rest", 1, -1)
        .Node("Concat", "rest channels", "target", ("axis", 0)).Node("Reshape", "x target", "flat").Node("Transpose", "flat", "t", ("perm", new[] { 0, 2, 1 }))
        .Constant("sizes", 1, 3).Node("Split", "t sizes", "u v", ("axis", 1)).Constant("starts", 0).Constant("ends", -1).Node("Slice", "v starts ends one", "sl")
        .Constant("n", 2, 3).Node("ConstantOfShape", "n", "zeros", ("value", Tensor.Of([1f], 1))).Node("ReduceMean", "zeros", "mean")
        .Constant("pads", 0, 0, 1, 1, 0, 0, 1, 1).Node("Pad", "x pads mean", "p").Constant("scales", Tensor.Of([1f, 1f, 0.5f, 2f], 4))
        .Node("Resize", "p - scales", "rs", ("mode", "linear")).Constant("k", Tensor.Zeros(ElementType.Float, 4, 1, 2, 2))
        .Node("ConvTranspose", "rs k", "ct", ("strides", new[] { 2, 2 })).Output("u", "sl", "ct");
}
