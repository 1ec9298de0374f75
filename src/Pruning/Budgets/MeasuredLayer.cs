namespace EdgeKit.Pruning.Budgets;

/// <summary>A layer and its measured time.</summary>
/// <param name="Shape">The layer.</param>
/// <param name="Ms">Milliseconds on one thread.</param>
public sealed record MeasuredLayer(LayerShape Shape, double Ms);
