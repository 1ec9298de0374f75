namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>What each output of a one-dimensional resampling is the weighted sum of: a run of inputs, equally long for all.</summary>
public sealed class ResampleTaps
{
    /// <summary>Bits of the fraction of a weight: 8 bits of sample and 2 of headroom leave this many in 32-bit arithmetic.</summary>
    public const int FractionBits = 32 - 8 - 2;

    /// <summary>Checks and keeps the weights.</summary>
    /// <param name="starts">For each output the first input of its run.</param>
    /// <param name="weights">For each output <paramref name="length"/> weights in fixed point, whose sum is about 1.</param>
    /// <param name="length">Length of a run.</param>
    /// <param name="inputSize">Number of inputs.</param>
    /// <exception cref="ArgumentException">There are too few weights, or a run lies outside the inputs.</exception>
    public ResampleTaps(int[] starts, int[] weights, int length, int inputSize)
    {
        if (length < 1 || weights.Length != (long)starts.Length * length) throw new ArgumentException($"{weights.Length} weights for {starts.Length} runs of {length}");
        foreach (int start in starts)
        {
            if (start < 0 || start > inputSize - length) throw new ArgumentException($"a run of {length} from {start} in {inputSize} inputs");
        }
        (Starts, Weights, Length, InputSize) = (starts, weights, length, inputSize);
    }

    /// <summary>Number of outputs.</summary>
    public int Count => Starts.Length;

    /// <summary>Length of a run.</summary>
    public int Length { get; }

    /// <summary>Number of inputs.</summary>
    public int InputSize { get; }

    internal int[] Starts { get; }

    internal int[] Weights { get; }

    /// <summary>The first input of an output's run.</summary>
    /// <param name="output">Which output.</param>
    public int StartOf(int output) => Starts[output];

    /// <summary>The weights of an output.</summary>
    /// <param name="output">Which output.</param>
    public ReadOnlySpan<int> WeightsOf(int output) => Weights.AsSpan(output * Length, Length);
}
