namespace EdgeKit.Cli.Reporting;

/// <summary>What quantization did to one tensor of a running network. Shares are fractions of the elements, 0 to 1.</summary>
internal sealed record TensorFacts
{
    /// <summary>Name of the value in the float graph.</summary>
    public required string Name { get; init; }

    /// <summary>The operator of the INT8 network that computes it; null for an input.</summary>
    public required string? Operator { get; init; }

    /// <summary>Dimensions in the model's order (NCHW).</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>int8 or fp32.</summary>
    public required string Type { get; init; }

    /// <summary>Signal to noise against the float network, 10 log10(sum r² / sum (r - q)²), with the error of all layers before; null where they are equal.</summary>
    public required double? SqnrDb { get; init; }

    /// <summary>The same where the operator reads the float network's tensors, so that the error is its own alone; null where an operand is not known.</summary>
    public required double? OwnSqnrDb { get; init; }

    /// <summary>Least and greatest value of the float network.</summary>
    public required IReadOnlyList<double> Observed { get; init; }

    /// <summary>The real values that the least and the greatest integer stand for, two numbers; null for a float tensor.</summary>
    public required IReadOnlyList<double>? Range { get; init; }

    /// <summary>Share of the float network's elements more than half a step below the range.</summary>
    public required double ClippedLow { get; init; }

    /// <summary>Share of the float network's elements more than half a step above the range.</summary>
    public required double ClippedHigh { get; init; }

    /// <summary>Whether the channels have other scales than in the float network (equalization): compared is the float network's tensor brought to them.</summary>
    public required bool Rescaled { get; init; }

    /// <summary>The distribution of the float network's elements.</summary>
    public required TensorHistogram Distribution { get; init; }
}

/// <summary>Counts of equally wide bins.</summary>
/// <param name="Low">Lower end of the first bin.</param>
/// <param name="High">Upper end of the last one.</param>
/// <param name="Counts">Elements in each.</param>
internal sealed record TensorHistogram(double Low, double High, IReadOnlyList<long> Counts);
