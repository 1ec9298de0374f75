using EdgeKit.Onnx.Analysis.Lint;

namespace EdgeKit.Onnx;

/// <summary>Looks for faults of design in a network whose shapes are known: what runs without an error and yet gives worse results, or takes longer, than it could.</summary>
public static class NetworkLint
{
    private static readonly ILintRule[] Rules = [new CheckerboardRule(), new GriddingRule(), new HalfPixelRule(), new AnchorRule(), new NarrowRule()];

    /// <summary>Applies every rule.</summary>
    /// <param name="graph">The network; every shape is known (<see cref="ShapeInference.Run"/>).</param>
    /// <param name="anchors">Sides of a detector's anchors and the stride of the level they are placed on; empty for other networks.</param>
    /// <returns>What was found, by rule and then in the order of the nodes.</returns>
    public static IReadOnlyList<LintFinding> Run(Graph graph, IReadOnlyList<AnchorSize> anchors)
    {
        var context = new LintContext(graph, anchors);
        return [.. Rules.SelectMany(rule => rule.Find(context))];
    }
}

/// <summary>An anchor box of a detector.</summary>
/// <param name="Stride">Pixels of the input for each cell of its level.</param>
/// <param name="Width">Width in pixels of the input.</param>
/// <param name="Height">Height in pixels of the input.</param>
public readonly record struct AnchorSize(int Stride, float Width, float Height);
