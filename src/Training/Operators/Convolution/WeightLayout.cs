namespace EdgeKit.Training.Operators.Convolution;

/// <summary>Offsets into weights [outputs, depth, taps] of one group, for packing them as matrices and for taking their gradients apart.</summary>
/// <param name="Outputs">Output channels of a group.</param>
/// <param name="Depth">Input channels of a group.</param>
/// <param name="Taps">Taps.</param>
internal sealed record WeightLayout(int Outputs, int Depth, int Taps)
{
    /// <summary>Elements of a group.</summary>
    public int Length => Outputs * Depth * Taps;

    /// <summary>The offset of each output channel.</summary>
    public int[] OutputOffsets() => [.. Enumerable.Range(0, Outputs).Select(m => m * Depth * Taps)];

    /// <summary>The offset of each input channel.</summary>
    public int[] DepthOffsets() => [.. Enumerable.Range(0, Depth).Select(c => c * Taps)];

    /// <summary>The offset of each element of a patch: tap by tap, input channel by input channel.</summary>
    public int[] PatchOffsets() => [.. Enumerable.Range(0, Taps * Depth).Select(i => i % Depth * Taps + i / Depth)];

    /// <summary>The offset of each element of a turned patch of output channels: from the last tap to the first, output channel by output channel.</summary>
    public int[] TurnedOffsets() => [.. Enumerable.Range(0, Taps * Outputs).Select(i => i % Outputs * Depth * Taps + Taps - 1 - i / Outputs)];
}
