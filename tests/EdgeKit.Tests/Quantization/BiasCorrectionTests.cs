using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Quantization.Passes;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class BiasCorrectionTests
{
    private static readonly int[] s_shape = [1, 3, 16, 16];

    [Fact]
    public void What_a_bias_can_undo_is_undone()
    {
        QuantizationRun run = Quantized();
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

    private static QuantizationRun Quantized()
    {
        var run = new QuantizationRun
        {
            Graph = NetBuilder.Residual(),
            Options = new QuantizeOptions { Threads = 1, Without = new HashSet<string> { "bias-correction", "rounding" } },
            Images = NetBuilder.Images(24, s_shape).Select(static i => new Dictionary<string, Tensor> { ["image"] = i }),
            Progress = null,
            Cancel = CancellationToken.None,
        };
        QuantizationPasses.Run(run);
        return run;
    }
}
