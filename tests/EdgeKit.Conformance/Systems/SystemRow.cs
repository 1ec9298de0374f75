using EdgeKit.Onnx;

namespace EdgeKit.Conformance.Systems;

/// <summary>One system of the table: a network of the zoo, what was published of it, and how small it is built for the comparisons of numbers.</summary>
/// <param name="System">What people call it.</param>
/// <param name="Network">Its name in the zoo.</param>
/// <param name="Seeds">Where the project's sources name it.</param>
/// <param name="Parameters">Learned numbers at full size, which any wrong layer changes.</param>
/// <param name="Macs">Multiply-accumulates at full size.</param>
public sealed record SystemRow(string System, string Network, string Seeds, long Parameters, long Macs)
{
    /// <summary>What is said of it elsewhere.</summary>
    public Published Published { get; init; } = new();

    /// <summary>Width multiplier for the comparisons.</summary>
    public double Width { get; init; } = 0.125;

    /// <summary>Size of the input for the comparisons.</summary>
    public int Size { get; init; } = 32;

    /// <summary>How far the INT8 plan and ONNX Runtime may be apart: a sum that lies between two codes may be rounded either way, a few steps of the output's 255.</summary>
    public double Int8Tolerance { get; init; } = 0.02;

    /// <summary>The least cosine between INT8 and float outputs.</summary>
    public double Cosine { get; init; } = 0.99;

    /// <summary>Options for the comparisons.</summary>
    public ZooOptions Small => new() { Width = Width, Size = Size, Classes = 10 };
}

/// <summary>What was published of a system.</summary>
/// <param name="Parameters">Learned numbers, or null where nobody gave them.</param>
/// <param name="Macs">Multiply-accumulates, or null where nobody gave them for this form.</param>
/// <param name="Source">Where, and what differs.</param>
public sealed record Published(double? Parameters = null, double? Macs = null, string Source = "the paper gives no figures")
{
    /// <summary>Parameters of ours that the publication does not count; negative for those that it has besides.</summary>
    public long OtherParameters { get; init; }

    /// <summary>Multiply-accumulates of ours that the publication does not count; negative for those that it has besides.</summary>
    public long OtherMacs { get; init; }

    /// <summary>The size of the input that the multiply-accumulates were given for, where it is not the network's own.</summary>
    public int? MacsSize { get; init; }

    /// <summary>How far the figures may be apart: the rounding of what was published.</summary>
    public double Tolerance { get; init; } = 0.02;
}

/// <summary>A system that the table lacks.</summary>
/// <param name="System">What people call it.</param>
/// <param name="Seeds">Where the project's sources name it.</param>
/// <param name="Lacks">What stands in the way.</param>
public sealed record MissingSystem(string System, string Seeds, string Lacks);
