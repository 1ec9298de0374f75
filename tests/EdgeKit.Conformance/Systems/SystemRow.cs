using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Conformance.Systems;

/// <summary>One system of the table: a network of the zoo, what was published of it, and how small it is built for numerics.</summary>
/// <param name="System">What people call it.</param>
/// <param name="Network">Its name in the zoo.</param>
/// <param name="Parameters">Learned numbers at full size, which any wrong layer changes.</param>
/// <param name="Macs">Multiply-accumulates at full size.</param>
/// <param name="Small">Width and size for the comparisons of numbers.</param>
public sealed record SystemRow(string System, string Network, long Parameters, long Macs, ZooOptions Small)
{
    /// <summary>Parameters as published, or null where nobody gave them.</summary>
    public double? PublishedParameters { get; init; }

    /// <summary>Multiply-accumulates as published, or null where nobody gave them.</summary>
    public double? PublishedMacs { get; init; }

    /// <summary>Where the published figures come from, and what in ours differs from them.</summary>
    public string Source { get; init; } = "";

    /// <summary>Parameters of ours that the published figure does not count.</summary>
    public long Uncounted { get; init; }

    /// <summary>The least cosine between INT8 and float outputs.</summary>
    public double Cosine { get; init; } = 0.99;

    /// <summary>The network's options at full size.</summary>
    public string Size => Zoo.Defaults(Network).Size.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A system that the table lacks, and why.</summary>
/// <param name="System">What people call it.</param>
/// <param name="Lacks">What stands in the way.</param>
public sealed record MissingSystem(string System, string Lacks);
