namespace EdgeKit.Pruning.Budgets;

/// <summary>What one part of a graph costs at given widths.</summary>
/// <param name="Widths">The widths it depends on, as <see cref="Widths.ChannelWidths"/> counts them.</param>
/// <param name="Cost">From the channels that these keep to the cost.</param>
internal sealed record CostTerm(int[] Widths, Func<int[], double> Cost);
