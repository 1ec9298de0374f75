using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Pruning;

public class RealModelPruningTests
{
    // The smallest input that each graph permits: the reference operators are slow.
    public static TheoryData<string, int, int> Models => new()
    {
        { "fastestdet_352", 0, 0 },
        { "mobilenet_v1_0.25_128", 64, 64 },
        { "mobilenet_v2_1.0_224", 64, 64 },
        { "nanodet_m_416", 0, 0 },
        { "ppocr_v2_cls", 48, 192 },
        { "ppocr_v3_det", 64, 64 },
        { "resnet20_cifar10", 0, 0 },
        { "resnet8_cifar10", 0, 0 },
        { "retinaface_mobilenet0.25_240x320", 0, 0 },
        { "shufflenet_v2_1.0_224", 0, 0 },
        { "squeezenet1.1_224", 64, 64 },
        { "twinlitenet_360x640", 0, 0 },
        { "ultraface_rfb_320", 0, 0 },
        { "vww_96_mobilenet_v1_0.25", 64, 64 },
    };

    // As exporters wrote it: batch normalization apart, shuffles as Reshape-Transpose-Reshape.
    [DataTheory]
    [MemberData(nameof(Models))]
    public void A_pruned_model_computes_what_the_masked_one_does(string name, int height, int width)
    {
        Graph graph = Load(name, height, width, declutter: false);
        Assert.True(PruningOracle.CheckRandom(graph, seed: 3, share: 0.3) > 0, "nothing was prunable");
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void A_budget_is_met_in_multiples_of_8(string name, int height, int width)
    {
        Graph graph = Load(name, height, width, declutter: true);
        double kept = PruningOracle.CheckSearch(graph, new PruneOptions { MacBudget = 0.9, Multiple = 8, Score = MagnitudeScore.L1 });
        Assert.InRange(kept, 0.6, 0.9);
    }

    [OrtTheory(Data = true)]
    [InlineData("shufflenet_v2_1.0_224", 0, 0)]
    [InlineData("resnet20_cifar10", 0, 0)]
    [InlineData("nanodet_m_416", 0, 0)]
    [InlineData("ppocr_v3_det", 64, 64)]
    public void Onnx_runtime_computes_the_same(string name, int height, int width)
    {
        Graph graph = Load(name, height, width, declutter: true);
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        HashSet<int> removed = PruningOracle.RandomRemoval(identities, seed: 5, share: 0.2);
        float[][] expected = Run(Masking.ZeroConsumers(identities, removed)), actual = Run(ChannelSurgery.Remove(identities, removed));
        foreach ((float[] want, float[] got) in expected.Zip(actual))
        {
            Assert.Equal(want.Length, got.Length);
            Assert.InRange(want.Zip(got, static (w, g) => Math.Abs(w - g)).Max(), 0, 1e-4 * (want.Max() - want.Min()));
        }
    }

    private static float[][] Run(Graph graph)
    {
        using OrtSession session = OrtSession.FromBytes(OnnxFile.Serialize(graph));
        OrtTensor[] inputs = [.. PruningOracle.Feeds(graph, 1).Select(static f => OrtTensor.Create<float>(f.Key, f.Value.Shape, f.Value.AsSpan<float>()))];
        return [.. session.Run(inputs).Select(static t => t.AsSpan<float>().ToArray())];
    }

    private static Graph Load(string name, int height, int width, bool declutter)
    {
        Graph graph = OnnxFile.Load(TestData.Model(name + ".onnx"));
        if (height > 0) graph.Inputs[0].Shape = [1, 3, height, width];
        ShapeInference.Run(graph);
        if (!declutter) return graph;
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }
}
