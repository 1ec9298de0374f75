namespace EdgeKit.Onnx.Networks;

/// <summary>One network of the <see cref="Zoo"/>.</summary>
/// <param name="Build">Adds the layers and names the outputs.</param>
internal sealed record ZooNetwork(Action<NetBuilder> Build)
{
    /// <summary>What its authors built it with.</summary>
    internal ZooOptions Defaults { get; init; } = new();

    /// <summary>Shape of the input.</summary>
    internal Func<ZooOptions, int[]> Input { get; init; } = static o => [1, 3, o.Size, o.Size];

    /// <summary>The smallest size that leaves something of every map.</summary>
    internal int LeastSize { get; init; } = 32;

    /// <summary>What sizes must be a multiple of.</summary>
    internal int SizeStep { get; init; } = 1;

    /// <summary>Whether the output is the logits of one picture's classes.</summary>
    internal bool IsClassifier { get; init; }

    internal static ZooNetwork Classifier(Func<NetBuilder, Value> build) => new(net => net.Output("logits", build(net))) { IsClassifier = true };

    /// <summary>The same with another size that its authors trained at.</summary>
    internal ZooNetwork At(int size, int least = 32, int step = 1) => this with { Defaults = Defaults with { Size = size }, LeastSize = least, SizeStep = step };

    /// <summary>The same with another number of classes.</summary>
    internal ZooNetwork Of(int classes) => this with { Defaults = Defaults with { Classes = classes } };

    /// <summary>The same with other inputs than colour pictures.</summary>
    internal ZooNetwork From(Func<ZooOptions, int[]> input) => this with { Input = input };
}
