namespace EdgeKit.Onnx;

/// <summary>What one node costs and sees.</summary>
public sealed record LayerSummary
{
    /// <summary>The node.</summary>
    public required Node Node { get; init; }

    /// <summary>Name of the node.</summary>
    public string Name => Node.Name;

    /// <summary>ONNX operator.</summary>
    public string OpType => Node.OpType;

    /// <summary>Dimensions of the first output, batch included.</summary>
    public required IReadOnlyList<int> OutputShape { get; init; }

    /// <summary>
    /// Learned numbers: weights, biases, scales and shifts of normalisation. Running means and variances and constants of one element are not counted; a
    /// constant that several nodes read counts with the first.
    /// </summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulate operations of convolutions and matrix products, bias not counted; other operators have none.</summary>
    public required long Macs { get; init; }

    /// <summary>Size of all outputs in bytes, in their element types.</summary>
    public required long ActivationBytes { get; init; }

    /// <summary>Part of the input that one output element depends on; null where the model's inputs are not images.</summary>
    public required ReceptiveField? ReceptiveField { get; init; }
}
