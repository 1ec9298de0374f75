namespace EdgeKit.Quantization;

/// <summary>An operator that was left in float.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Reason">Why, in a few words for the user.</param>
public sealed record FloatOperator(string Node, string OpType, string Reason);
