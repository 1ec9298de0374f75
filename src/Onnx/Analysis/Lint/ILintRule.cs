namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>What rules look at.</summary>
/// <param name="Graph">The network with every shape known.</param>
/// <param name="Anchors">A detector's anchors.</param>
internal sealed record LintContext(Graph Graph, IReadOnlyList<AnchorSize> Anchors);

/// <summary>One kind of fault.</summary>
internal interface ILintRule
{
    /// <summary>Short name.</summary>
    string Name { get; }

    /// <summary>Finds it.</summary>
    IEnumerable<LintFinding> Find(LintContext context);
}
