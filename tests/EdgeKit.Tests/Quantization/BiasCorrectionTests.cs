using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Quantization.Passes;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class BiasCorrectionTests
{
    private static readonly int[] s_shape = [1, 3, 16, 16];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_bias_can_undo_is_undone(bool transposed)
    {
        QuantizationRun run = Quantized(transposed ? Enlarged() : NetBuilder.Residual());
        HeldPictures pictures = HeldPictures.Pick(run, 24);
        var error = new OutputError(run, pictures);
        // A shift such as coarse steps cause, but the same everywhere.
        QuantizedLayer layer = run.Layers["project"];
        run.Layers["project"] = layer with { Bias = Array.ConvertAll(layer.Bias!, static b => b + 0.3f) };
        double spoiled = error.Decibels();
        string done = BiasCorrectionPass.OrUndo(run, error.Decibels, () => $"{new BiasCorrection(run, pictures, BiasCorrection.Levels(run.Plan)).Run()} channels");
        Assert.True(error.Decibels() > spoiled + 6, done);
        Assert.All(layer.Bias!.Zip(run.Layers["project"].Bias!), static p => Assert.InRange(Math.Abs(p.First - p.Second), 0, 0.15));
    }

    [Fact]
    public void A_change_that_makes_the_outputs_worse_is_taken_back()
    {
        QuantizationRun run = Quantized();
        var error = new OutputError(run, HeldPictures.Pick(run, 24));
        float[] before = run.Layers["project"].Bias!;
        string said = BiasCorrectionPass.OrUndo(run, error.Decibels, () =>
        {
            run.Layers["project"] = run.Layers["project"] with { Bias = Array.ConvertAll(before, static b => b + 1) };
            return "spoiled";
        });
        Assert.StartsWith("undone", said, StringComparison.Ordinal);
        Assert.Equal(before, run.Layers["project"].Bias);
    }

    [Fact]
    public void Pictures_are_spread_and_every_third_is_held_back()
    {
        QuantizationRun run = Quantized();
        HeldPictures pictures = HeldPictures.Pick(run, 12);
        Assert.Equal(12, pictures.All.Count);
        Assert.Equal(4, pictures.HeldBack().All.Count);
        Tensor[] all = [.. NetBuilder.Images(24, s_shape)];
        Assert.Equal(all[1].ToFloats(), pictures.All[0]["image"].ToFloats());
        Assert.Equal(all[23].ToFloats(), pictures.All[11]["image"].ToFloats());
    }

    [Fact]
    public void Rounding_that_relies_on_correction_is_taken_only_with_it()
    {
        QuantizationRun alone = Run(without: "bias-correction"), together = Run();
        // Up to and with the rounding, whatever is in force is what stands without a correction.
        Assert.All(alone.Layers, l => Assert.Equal(Codes(l.Value), Codes(together.Layers[l.Key])));
        Assert.Empty(alone.RoundedForCorrection);
        Assert.Contains(together.RoundedForCorrection, l => !Codes(l.Value).SequenceEqual(Codes(together.Layers[l.Key])));

        Dictionary<string, sbyte[]> before = together.Layers.ToDictionary(static l => l.Key, static l => Codes(l.Value));
        string done = new BiasCorrectionPass().Run(together)!;
        Assert.All(together.Layers, l => Assert.Equal(
            done.StartsWith("undone", StringComparison.Ordinal) ? before[l.Key] : Codes(together.RoundedForCorrection.GetValueOrDefault(l.Key, l.Value)), Codes(l.Value)));

        static sbyte[] Codes(QuantizedLayer layer) => layer.Weight.AsSpan<sbyte>().ToArray();
        static QuantizationRun Run(params string[] without)
        {
            QuantizationRun run = New(NetBuilder.Residual(), 8, without);
            foreach (QuantizationPass pass in QuantizationPasses.All.TakeWhile(static p => p.Name != "bias-correction")) pass.Run(run);
            return run;
        }
    }

    private static QuantizationRun Quantized(Graph? graph = null)
    {
        QuantizationRun run = New(graph ?? NetBuilder.Residual(), 24, "bias-correction", "rounding");
        QuantizationPasses.Run(run);
        return run;
    }

    // A map twice the size, by a transposed convolution.
    private static Graph Enlarged()
    {
        var net = new NetBuilder();
        Value x = net.Op("Relu", net.Conv(net.Input(1, 3, 16, 16), 3, 8, kernel: 3, stride: 2));
        Node up = net.Graph.Append("ConvTranspose", [x, net.Graph.NewConstant("project_w", net.Weights([8, 5, 2, 2])), net.Graph.NewConstant("project_b", net.Weights([5]))], name: "project");
        int[] two = [2, 2];
        up.Attributes.Set("kernel_shape", two).Set("strides", two);
        return net.Build(net.Conv(up.Output, 5, 4, kernel: 3));
    }

    private static QuantizationRun New(Graph graph, int pictures, params string[] without) => new()
    {
        Graph = graph,
        Options = new QuantizeOptions { Threads = 1, Without = without.ToHashSet() },
        Images = NetBuilder.Images(pictures, s_shape).Select(static i => new Dictionary<string, Tensor> { ["image"] = i }),
        Progress = null,
        Cancel = CancellationToken.None,
    };
}
