using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx.Networks;

/// <summary>
/// Parameters (weights, biases, gammas and betas) and multiply-accumulates (convolutions and fully connected layers) at 224x224 and 1000 classes: the exact
/// counts, which any wrong layer breaks, and the published figures within their rounding.
/// </summary>
public sealed class PublishedFiguresTests
{
    [Theory]
    // Howard et al. 2017, table 8: 4.2 M, 569 M.
    [InlineData("mobilenet-v1", 4_231_976, 568_740_352, 4.2e6, 569e6)]
    // Sandler et al. 2018, table 4: 300 M. Its 3.4 M are 3.47 M in the authors' released checkpoints (tensorflow/models, slim/nets/mobilenet), which
    // leave out the 34,112 gammas and betas; Keras and torchvision count 3.50 M.
    [InlineData("mobilenet-v2", 3_504_872, 300_774_272, 3.5e6, 300e6)]
    // Howard et al. 2019, table 3: 5.4 M and 219 M; 2.5 M and 56 M. The authors' code (217 M) and torchvision's count as here, SE layers included.
    [InlineData("mobilenet-v3-large", 5_483_032, 216_589_760, 5.4e6, 219e6)]
    [InlineData("mobilenet-v3-small", 2_542_856, 56_510_400, 2.5e6, 56e6)]
    // Zhang et al. 2018, table 2: 137 M; parameters from the authors' code (megvii-model/ShuffleNet-Series): 1.9 M.
    [InlineData("shufflenet-v1", 1_865_728, 137_460_672, 1.9e6, 137e6)]
    // Ma et al. 2018, table 8: 2.3 M, 146 M.
    [InlineData("shufflenet-v2", 2_278_604, 144_907_992, 2.3e6, 146e6)]
    // Iandola et al. 2016 and forresti/SqueezeNet, v1.1: 1.24 M; 2.4 times less than the 0.84 G of v1.0.
    [InlineData("squeezenet-1.1", 1_235_496, 349_151_936, 1.24e6, 350e6)]
    // tensorflow/tpu, efficientnet/lite: 4.7 M. Its 407 M hold more than multiply-accumulates: B0 with squeeze-and-excite has 390 M in the paper.
    [InlineData("efficientnet-lite0", 4_652_008, 385_187_552, 4.7e6, 390e6)]
    // He et al. 2016, table 1: 1.8 G; torchvision: 11.69 M.
    [InlineData("resnet-18", 11_689_512, 1_814_073_344, 11.7e6, 1.8e9)]
    // With the stride on the 3x3 (torchvision, NVIDIA's "v1.5"): 25.6 M, 4.09 G; the paper's 3.8 G have it on the 1x1.
    [InlineData("resnet-50", 25_557_032, 4_089_184_256, 25.6e6, 4.09e9)]
    public void Counts_equal_the_published_figures(string name, long parameters, long macs, double publishedParameters, double publishedMacs)
    {
        Graph graph = ZooCache.Default(name);
        ModelSummary summary = ModelSummary.Of(graph);
        Assert.Equal(parameters, summary.Parameters);
        Assert.Equal(macs, summary.Macs);
        Assert.InRange(summary.Parameters / publishedParameters, 0.98, 1.02);
        Assert.InRange(summary.Macs / publishedMacs, 0.985, 1.015);

        // Folding trades a gamma and a beta for a bias and multiplies nothing.
        long normalised = graph.Nodes.Where(static n => n.OpType == "BatchNormalization").Sum(static n => (long)n.Input(1).Dims[0]);
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        ModelSummary folded = ModelSummary.Of(graph);
        Assert.Equal(parameters - normalised, folded.Parameters);
        Assert.Equal(macs, folded.Macs);
    }

    [Fact]
    public void Every_network_has_a_figure()
    {
        IEnumerable<string> tested = typeof(PublishedFiguresTests).GetMethod(nameof(Counts_equal_the_published_figures))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(static a => (string)a.GetData(null!).Single()[0]);
        Assert.Equal(Zoo.Names, tested.Append("resnet-8").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ResNet_8_has_the_published_figures_at_the_size_it_is_for()
    {
        // Banbury et al. 2021, table 2: 78 k. Counted from mlcommons/tiny's code: 12.5 M.
        ModelSummary summary = ModelSummary.Of(Zoo.Create("resnet-8", new ZooOptions { Size = 32, Classes = 10 }));
        Assert.Equal(77_946, summary.Parameters);
        Assert.Equal(12_501_632, summary.Macs);
    }

    [Theory]
    // Howard et al. 2017, tables 6 and 7: width 0.5 has 1.3 M and 149 M; resolution 160 has 290 M.
    [InlineData("mobilenet-v1", 0.5, 224, 1.3e6, 149e6)]
    [InlineData("mobilenet-v1", 1.0, 160, 4.2e6, 290e6)]
    // tensorflow/models, slim/nets/mobilenet: 0.35 at 224 has 1.66 M without gammas and betas, and 59 M.
    [InlineData("mobilenet-v2", 0.35, 224, 1.68e6, 59e6)]
    // Ma et al. 2018, table 8: 0.5x has 1.4 M and 41 M, 1.5x 3.5 M and 299 M.
    [InlineData("shufflenet-v2", 0.5, 224, 1.37e6, 41e6)]
    [InlineData("shufflenet-v2", 1.5, 224, 3.5e6, 299e6)]
    // Zhang et al. 2018, table 2: 0.5x, g = 3 has 38 M.
    [InlineData("shufflenet-v1", 0.5, 224, 0.72e6, 38e6)]
    public void Width_and_size_scale_as_published(string name, double width, int size, double parameters, double macs)
    {
        ModelSummary summary = ModelSummary.Of(Zoo.Create(name, new ZooOptions { Width = width, Size = size }));
        Assert.InRange(summary.Parameters / parameters, 0.97, 1.03);
        Assert.InRange(summary.Macs / macs, 0.97, 1.03);
    }
}
