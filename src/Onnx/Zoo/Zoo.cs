using System.Globalization;
using EdgeKit.Onnx.Networks;

namespace EdgeKit.Onnx;

/// <summary>
/// Well-known networks, built from their papers with random weights: for latency studies, tests, and as a start for training. Convolution and batch
/// normalisation are apart, as training leaves them.
/// </summary>
public static class Zoo
{
    /// <summary>Metadata key that says that the weights were not trained.</summary>
    public const string WeightsKey = "edgekit.weights";

    /// <summary>Names of the light classifiers, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Catalogue.Light.Keys];

    /// <summary>Names of all other networks, in alphabetical order: large classifiers, detectors, segmenters, generators, sequences.</summary>
    public static IReadOnlyList<string> FurtherNames { get; } = [.. Catalogue.Further.Keys];

    /// <summary>What the authors of a network built it with: its size and classes, and width 1.</summary>
    /// <exception cref="ArgumentException">There is no network of that name.</exception>
    public static ZooOptions Defaults(string name) => Find(name).Defaults;

    /// <summary>
    /// Builds a network. Classifiers have the input <c>input</c> [1,3,Size,Size] (of one channel where their authors read digits) and the output <c>logits</c>
    /// [1,Classes]; others name their outputs. Weights follow He et al., Delving Deep into Rectifiers (2015), eq. 10; batch normalisation has the statistics of
    /// a forward pass over seeded pictures, so that activations have sane ranges.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="FurtherNames"/>.</param>
    /// <param name="options">Width, size, classes and seed; null for <see cref="Defaults"/>.</param>
    /// <exception cref="ArgumentException">There is no network of that name, or an option is out of range.</exception>
    public static Graph Create(string name, ZooOptions? options = null)
    {
        options ??= Defaults(name);
        NetBuilder net = Build(name, options, outline: false);
        Graph graph = net.Graph;
        graph.Metadata[WeightsKey] = "untrained";
        if (Find(name).IsClassifier && graph.Inputs[0].Dims is [1, 3, _, _]) graph.Metadata["edgekit.preprocessing"] = Preprocessing(options.Size);
        BatchNormCalibration.Run(graph, options.Seed, net.IsSizeFixed);
        return graph;
    }

    /// <summary>The same graph with weights that are zero and take no memory: for counts.</summary>
    internal static Graph Outline(string name, ZooOptions? options = null) => Build(name, options ?? Defaults(name), outline: true).Graph;

    /// <summary>The same graph with batch normalisation as a new network has it: mean 0, variance 1.</summary>
    internal static Graph Uncalibrated(string name, ZooOptions options) => Build(name, options, outline: false).Graph;

    private static NetBuilder Build(string name, ZooOptions options, bool outline)
    {
        ZooNetwork network = Find(name);
        Check(options.Width is >= 0.05 and <= 8, "the width multiplier must be from 0.05 to 8");
        Check(options.Size >= network.LeastSize && options.Size <= 4096, $"the input size of {name} must be from {network.LeastSize} to 4096");
        Check(options.Size % network.SizeStep == 0, $"the input size of {name} must be a multiple of {network.SizeStep}");
        Check(options.Classes is >= 2 and <= 100_000, "the number of classes must be from 2 to 100000");
        var net = new NetBuilder(options, network.Input(options), outline);
        network.Build(net);
        net.Graph.Name = name;
        ShapeInference.Run(net.Graph);
        net.Graph.RemoveDead();
        return net;
    }

    private static ZooNetwork Find(string name) =>
        Catalogue.Find(name) ?? throw new ArgumentException($"there is no network '{name}'; there are {string.Join(", ", Names.Concat(FurtherNames))}", nameof(name));

    private static void Check(bool ok, string rule)
    {
        if (!ok) throw new ArgumentException(rule);
    }

    private static string Preprocessing(int size) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"task":"classify","width":{{size}},"height":{{size}},"color":"RGB","fit":"crop","mean":[123.675,116.28,103.53],"std":[58.395,57.12,57.375],"label_offset":0}""");
}
