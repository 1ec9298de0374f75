namespace EdgeKit.Quantization;

/// <summary>Operators that go back to float together.</summary>
/// <param name="Name">Name of the layer, of the gate's product, or of the tensor.</param>
/// <param name="Kind">What it is: layer, stem, head, gate (squeeze and excitation) or tensor (what makes it and what reads it).</param>
/// <param name="Nodes">Names of the nodes in the normalised float graph.</param>
/// <param name="Macs">Their multiply-accumulates.</param>
/// <param name="Cost">
/// What float costs more than INT8, in multiply-accumulates that take as long: from the operators' sizes, not from a clock, so that the same pictures
/// give the same bytes.
/// </param>
public sealed record LayerGroup(string Name, string Kind, IReadOnlyList<string> Nodes, long Macs, double Cost);
