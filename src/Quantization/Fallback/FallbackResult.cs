namespace EdgeKit.Quantization;

/// <summary>Operators that went back to float.</summary>
/// <param name="Group">Which.</param>
/// <param name="Gain">By how much the outputs come nearer to the float model's when this group alone is in float (KL divergence in nats, or relative error power).</param>
/// <param name="GainShare">The gain over the whole distance of the INT8 model.</param>
public sealed record RevertedGroup(LayerGroup Group, double Gain, double GainShare);

/// <summary>An INT8 model with as many operators in float as a goal needs.</summary>
/// <param name="Result">The model; its list of float operators says which fell back.</param>
/// <param name="Drop">What it loses, in percentage points.</param>
/// <param name="Met">Whether that keeps to the goal.</param>
/// <param name="Int8Drop">What the model without any fallback loses.</param>
/// <param name="Reverted">What fell back, in the order of choice.</param>
/// <param name="FloatMacs">Share of the multiply-accumulates that fell back, 0 to 1.</param>
/// <param name="Checks">How many models were verified.</param>
public sealed record FallbackResult(QuantizeResult Result, double Drop, bool Met, double Int8Drop, IReadOnlyList<RevertedGroup> Reverted, double FloatMacs, int Checks);
