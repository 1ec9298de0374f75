using System.Globalization;
using EdgeKit.Onnx.Networks;

namespace EdgeKit.Onnx;

/// <summary>
/// Well-known light networks, built from their papers with random weights: for latency studies, tests, and as a start for training. Convolution and batch
/// normalisation are apart, as training leaves them.
/// </summary>
public static class Zoo
{
    /// <summary>Metadata key that says that the weights were not trained.</summary>
    public const string WeightsKey = "edgekit.weights";

    private static readonly SortedDictionary<string, Func<NetBuilder, Value>> Families = new(StringComparer.Ordinal)
    {
        ["efficientnet-lite0"] = EfficientNetLite.Build,
        ["mobilenet-v1"] = MobileNetV1.Build,
        ["mobilenet-v2"] = MobileNetV2.Build,
        ["mobilenet-v3-large"] = MobileNetV3.BuildLarge,
        ["mobilenet-v3-small"] = MobileNetV3.BuildSmall,
        ["resnet-18"] = ResNet.Build18,
        ["resnet-50"] = ResNet.Build50,
        ["resnet-8"] = ResNet8.Build,
        ["shufflenet-v1"] = ShuffleNetV1.Build,
        ["shufflenet-v2"] = ShuffleNetV2.Build,
        ["squeezenet-1.1"] = SqueezeNet.Build,
    };

    /// <summary>Names that <see cref="Create"/> takes, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Families.Keys];

    /// <summary>
    /// Builds a network with input <c>input</c> [1,3,Size,Size] and output <c>logits</c> [1,Classes]. Weights follow He et al., Delving Deep into Rectifiers
    /// (2015), eq. 10; batch normalisation has the statistics of a forward pass over seeded pictures, so that activations have sane ranges.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not among <see cref="Names"/>, or an option is out of range.</exception>
    public static Graph Create(string name, ZooOptions? options = null)
    {
        options ??= new ZooOptions();
        if (!Families.TryGetValue(name, out Func<NetBuilder, Value>? build))
            throw new ArgumentException($"there is no network '{name}'; there are {string.Join(", ", Names)}", nameof(name));
        Check(options.Width is >= 0.05 and <= 8, "the width multiplier must be from 0.05 to 8");
        Check(options.Size is >= 32 and <= 2048, "the input size must be from 32 to 2048 pixels");
        Check(options.Classes is >= 2 and <= 100_000, "the number of classes must be from 2 to 100000");

        var net = new NetBuilder(options);
        Value logits = build(net);
        Graph graph = net.Graph;
        graph.Rename(logits, "logits");
        graph.AddOutput(logits);
        graph.Name = name;
        graph.Metadata[WeightsKey] = "untrained";
        graph.Metadata["edgekit.preprocessing"] = Preprocessing(options.Size);
        ShapeInference.Run(graph);
        BatchNormCalibration.Run(graph, options.Seed);
        return graph;
    }

    private static void Check(bool ok, string rule)
    {
        if (!ok) throw new ArgumentException(rule);
    }

    private static string Preprocessing(int size) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"task":"classify","width":{{size}},"height":{{size}},"color":"RGB","fit":"crop","mean":[123.675,116.28,103.53],"std":[58.395,57.12,57.375],"label_offset":0}""");
}
