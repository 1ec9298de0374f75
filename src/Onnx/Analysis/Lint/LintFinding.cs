namespace EdgeKit.Onnx;

/// <summary>Something in a network that its designer most likely did not want.</summary>
/// <param name="Rule">The rule's short name, which scripts rely on.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Problem">What is wrong, with its figures.</param>
/// <param name="Advice">The way out.</param>
public sealed record LintFinding(string Rule, string Node, string Problem, string Advice);
