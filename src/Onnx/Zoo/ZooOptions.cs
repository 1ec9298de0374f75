namespace EdgeKit.Onnx;

/// <summary>What a <see cref="Zoo"/> network is built with.</summary>
public sealed record ZooOptions
{
    /// <summary>Width multiplier: the factor on every layer's channels, rounded to multiples of 8 where the family's authors do so.</summary>
    public double Width { get; init; } = 1;

    /// <summary>Height and width of the input in pixels.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Number of logits.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Seed of the weights: the same options give the same network.</summary>
    public int Seed { get; init; } = 1;
}
